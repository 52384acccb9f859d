/** 收银班次: open one, count it, sign for what differs. */
import { api, keyed, take, type Schema } from './typed'

export type ShiftRow = Schema<'ShiftRow'>
export type ShiftPage = Schema<'ShiftPage'>
export type CountedMethod = 'CASH' | 'CARD' | 'TRANSFER' | 'WECHAT_CODE'

const at = (id: number, key: string) => ({ path: { shift_id: id }, header: keyed(key) })

export const readShifts = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/cashier-shifts', { params: { query: { store_id: storeId } }, signal }))

export const readShift = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/cashier-shifts/{shift_id}', { params: { path: { shift_id: id } }, signal }))

export const openShift = (storeId: number, floatFen: number, key: string) =>
  take(api.POST('/api/staff/cashier-shifts', { params: { header: keyed(key) }, body: { store_id: storeId, float_fen: floatFen } }))

export const closeShift = (id: number, counts: { method: CountedMethod; counted_fen: number }[], reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/cashier-shifts/{shift_id}/closing', { params: at(id, key), body: { counts, reason, version } }))

/** 代交班: for a cashier who left. */
export const closeLeftShift = (id: number, counts: { method: CountedMethod; counted_fen: number }[], reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/cashier-shifts/{shift_id}/closing-for-cashier', { params: at(id, key), body: { counts, reason, version } }))

export const signShift = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/cashier-shifts/{shift_id}/signature', { params: at(id, key), body: { version } }))
