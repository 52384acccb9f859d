/** 库存车. */
import { api, take, type Schema } from './typed'

export type StockCar = Schema<'StockCarRow'>

export const readStockCars = (query: { q?: string; store_id?: number; has_left?: boolean; cursor?: string } = {}, signal?: AbortSignal) =>
  take(api.GET('/api/staff/stock-cars', { params: { query }, signal }))
