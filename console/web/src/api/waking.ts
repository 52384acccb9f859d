/** 唤醒池: owners as last night classed them, the figures above them, and why one of them is where they are. */
import type { DormancyState } from './customers'
import { api, take, type Schema } from './typed'

export type PoolRow = Schema<'PoolRow'>
export type PoolFigures = Schema<'PoolFigures'>
export type WakingPath = Schema<'Path'>

interface Whose {
  store_id?: number
  path?: WakingPath
  value_from?: number
}

export const readPool = (query: Whose & { state?: DormancyState; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/waking-pool', { params: { query }, signal }))

export const readPoolFigures = (query: Whose, signal?: AbortSignal) => take(api.GET('/api/staff/waking-pool/figures', { params: { query }, signal }))

export const readWakingCard = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/waking-pool/{customer_id}', { params: { path: { customer_id: id } }, signal }))
