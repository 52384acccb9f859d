/** 企业朋友圈: what members publish in the Moments of their customers. */
import { api, keyed, take, type Schema } from './typed'

export type Moment = Schema<'MomentRow'>
export type MomentPart = Schema<'MomentPartRow'>
export type MomentState = Moment['state']
export type Audience = Schema<'Audience'>
export type MomentTag = Schema<'Tag'>
export type MomentBody = Schema<'MomentIn'>

const at = (id: number) => ({ path: { moment_id: id } })

export const readMoments = (query: { q?: string; state?: MomentState; cursor?: string }, signal?: AbortSignal) => take(api.GET('/api/staff/moments', { params: { query }, signal }))
export const readMoment = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/moments/{moment_id}', { params: at(id), signal }))
export const readMomentParts = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/moments/{moment_id}/parts', { params: at(id), signal }))
export const readMomentReactions = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/moments/{moment_id}/reactions', { params: at(id), signal }))
export const readMomentKit = () => take(api.GET('/api/staff/moments/kit'))
export const readMomentTags = () => take(api.GET('/api/staff/moments/tags'))
export const tryMoment = (body: Schema<'MomentWordsIn'>, signal: AbortSignal) => take(api.POST('/api/staff/moments/trial', { body, signal }))
export const readAudience = (body: Schema<'MomentAudienceIn'>, signal?: AbortSignal) => take(api.POST('/api/staff/moments/audience', { body, signal }))
export const writeMoment = (body: MomentBody, key: string) => take(api.POST('/api/staff/moments', { params: { header: keyed(key) }, body }))
export const editMoment = (id: number, body: Schema<'MomentEditIn'>) => take(api.PUT('/api/staff/moments/{moment_id}', { params: at(id), body }))
export const submitMoment = (of: Moment, key: string) =>
  take(api.POST('/api/staff/moments/{moment_id}/submission', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const cancelMoment = (of: Moment, key: string) =>
  take(api.POST('/api/staff/moments/{moment_id}/cancellation', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const remindOfMoment = (of: Moment, key: string) =>
  take(api.POST('/api/staff/moments/{moment_id}/reminders', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const readMomentPart = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/moment-parts/{moment_part_id}', { params: { path: { moment_part_id: id } }, signal }))
