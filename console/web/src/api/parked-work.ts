/** 运维: what did not succeed by itself and waits for whoever looks after the system. */
import { api, take, type Schema } from './typed'

export type ParkedWork = Schema<'ParkedWork'>

export const readParkedWork = (cursor?: string) => take(api.GET('/api/staff/parked-work', { params: { query: { after: cursor } } }))

export const tryWorkAgain = (id: string) => take(api.POST('/api/staff/parked-work/try-again', { body: { id } }))

export const giveWorkUp = (id: string, reason: string) =>
  take(api.POST('/api/staff/parked-work/give-up', { body: { id, reason } }))
