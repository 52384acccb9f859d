/** 申领: a technician asks for parts in their own words, the store room answers. */
import { api, keyed, take, type Schema } from './typed'

export type PartAsk = Schema<'PartAskRow'>
export type AnsweredAsk = Schema<'AnsweredAsk'>

export interface Asking {
  words: string
  quantity: number
  photo: string | null
}

const askAt = (id: number, key: string) => ({ path: { part_ask_id: id }, header: keyed(key) })

export const readPartAsks = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/part-asks', { params: { query: { store_id: storeId } }, signal }))

export const readMyPartAsks = (signal?: AbortSignal) => take(api.GET('/api/staff/my-part-asks', { signal }))

export const askForPart = (lineId: number, body: Asking, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/part-asks', { params: { path: { line_id: lineId }, header: keyed(key) }, body }))

export const withdrawAsk = (id: number, key: string) =>
  take(api.POST('/api/staff/part-asks/{part_ask_id}/withdrawal', { params: askAt(id, key) }))

export const givePart = (id: number, number: string, quantity: number, key: string) =>
  take(api.POST('/api/staff/part-asks/{part_ask_id}/part', { params: askAt(id, key), body: { number, quantity } }))

export const refuseAsk = (id: number, reason: string, key: string) =>
  take(api.POST('/api/staff/part-asks/{part_ask_id}/refusal', { params: askAt(id, key), body: { reason } }))

export const leaveToOwner = (id: number, key: string) =>
  take(api.POST('/api/staff/part-asks/{part_ask_id}/additional-work', { params: askAt(id, key) }))
