/** 盘点: counting what lies in the bins. */
import { api, keyed, take, type Schema } from './typed'

export type StockTake = Schema<'StockTakeRow'>
export type StockTakePage = Schema<'StockTakePage'>
export type StockTakeLine = Schema<'StockTakeLineRow'>

const at = (id: number, key: string) => ({ path: { stock_take_id: id }, header: keyed(key) })

export const readStockTakes = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/stock-takes', { params: { query: { store_id: storeId } }, signal }))

export const readStockTake = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/stock-takes/{stock_take_id}', { params: { path: { stock_take_id: id } }, signal }))

export const startStockTake = (storeId: number, zone: string, key: string) =>
  take(api.POST('/api/staff/stock-takes', { params: { header: keyed(key) }, body: { store_id: storeId, zone } }))

export const countStock = (id: number, counted: { number: string; bin: string; counted: number }, key: string) =>
  take(api.POST('/api/staff/stock-takes/{stock_take_id}/counts', { params: at(id, key), body: counted }))

export const finishStockTake = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/stock-takes/{stock_take_id}/end', { params: at(id, key), body: { version } }))

export const recountStock = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/stock-takes/{stock_take_id}/recount', { params: at(id, key), body: { version } }))

export const bookStockTake = (id: number, reasons: { stock_take_line_id: number; reason: string }[], version: number, key: string) =>
  take(api.POST('/api/staff/stock-takes/{stock_take_id}/booking', { params: at(id, key), body: { reasons, version } }))

export const cancelStockTake = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/stock-takes/{stock_take_id}/cancellation', { params: at(id, key), body: { version } }))
