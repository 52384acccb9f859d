/** Whether the owner was told about a thing, and whom somebody has to phone instead. */
import { api, keyed, take, type Schema } from './typed'

export type ToldAbout = Schema<'ToldAboutOut'>
export type ToldKind = 'appointment' | 'repair_order' | 'additional_work' | 'bill'
export type PersonToCall = Schema<'ToCallOut'>

export const readTold = (kind: ToldKind, id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/told', { params: { query: { kind, id } }, signal }))

export const readPeopleToCall = (storeId: number, onlyMine: boolean, signal?: AbortSignal) =>
  take(api.GET('/api/staff/people-to-call', { params: { query: { store_id: storeId, only_mine: onlyMine } }, signal }))

export const noteCall = (messageId: number, note: string, key: string) =>
  take(
    api.POST('/api/staff/people-to-call/{message_id}/calls', {
      params: { path: { message_id: messageId }, header: keyed(key) },
      body: { note },
    }),
  )
