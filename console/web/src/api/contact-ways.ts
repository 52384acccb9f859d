/** 渠道活码: codes that bring new friends. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type ContactWay = Schema<'ContactWayRow'>
export type ContactWayState = ContactWay['state']
export type Source = ContactWay['source']

export type ContactKind = ContactWay['kind']
export type Quota = Schema<'QuotaRow'>
export type Greeting = ContactWay['greeting']
export type Came = Schema<'CameRow'>
export type Step = Schema<'Step'>
export type Span = Schema<'Span'>
export type StepRow = Schema<'StepRow'>

export interface ContactWaysQuestion {
  q?: string
  state?: ContactWayState
  store_id?: number
  staff_id?: number
  source?: Source
  span?: Span
  kind?: ContactKind
  cursor?: string
}

const at = (way: ContactWay) => ({ path: { contact_way_id: way.id } })

export const readContactWays = (query: ContactWaysQuestion, signal?: AbortSignal) => take(api.GET('/api/staff/contact-ways', { params: { query }, signal }))
export const readContactWay = (id: number, span: Span | undefined, signal?: AbortSignal) =>
  take(api.GET('/api/staff/contact-ways/{contact_way_id}', { params: { path: { contact_way_id: id }, query: { span } }, signal }))
export const readStepsOfContactWay = (id: number, span: Span, signal?: AbortSignal) =>
  take(api.GET('/api/staff/contact-ways/{contact_way_id}/steps', { params: { path: { contact_way_id: id }, query: { span } }, signal }))
export const readPeopleOfContactWay = (id: number, query: { step?: Step; span?: Span; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/contact-ways/{contact_way_id}/people', { params: { path: { contact_way_id: id }, query }, signal }))
export const makeContactWay = (body: Schema<'ContactWayIn'>, key: string) => take(api.POST('/api/staff/contact-ways', { params: { header: keyed(key) }, body }))
export const changeContactWay = (way: ContactWay, body: Schema<'ContactWayUpdateIn'>) => take(api.PUT('/api/staff/contact-ways/{contact_way_id}', { params: at(way), body }))
export const tryContactWayAgain = (way: ContactWay, key: string) =>
  take(api.POST('/api/staff/contact-ways/{contact_way_id}/another-try', { params: { ...at(way), header: keyed(key) }, body: { version: way.version } }))
export const endContactWay = (way: ContactWay, key: string) =>
  take(api.POST('/api/staff/contact-ways/{contact_way_id}/end', { params: { ...at(way), header: keyed(key) }, body: { version: way.version } }))

export const readQuota = (signal?: AbortSignal) => take(api.GET('/api/staff/acquisition-quota', { signal })).then(({ quota }) => quota)

export async function readPicture(way: ContactWay): Promise<Blob> {
  const response = await http.fetch(new Request(new URL(`/api/staff/contact-ways/${way.id}/picture`, location.origin)))
  return response.blob()
}
