/** 三包计数 of a car. */
import { api, take, type Schema } from './typed'

export type Counters = Schema<'ThreeGuarantees'>

export const countersOfCar = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/vehicles/{vehicle_id}/three-guarantees', { params: { path: { vehicle_id: id } }, signal }))

export const countersOfOrder = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/three-guarantees', { params: { path: { repair_order_id: id } }, signal }))
