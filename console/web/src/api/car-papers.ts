/** Of the car of an order: who decides beside its owner, and when its papers run out. */
import { api, keyed, take, type Schema } from './typed'

export type Decider = Schema<'Decider'>
export type ExpiryDate = Schema<'ExpiryDate'>

const of = (repair_order_id: number) => ({ path: { repair_order_id } })

export const readDeciders = (orderId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/deciders', { params: of(orderId), signal }))

export const readExpiryDates = (orderId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/expiry-dates', { params: of(orderId), signal }))

export const readTemporaryPlate = (orderId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/temporary-plate', { params: of(orderId), signal }))

export const recordExpiry = (orderId: number, kind: ExpiryDate['kind'], endsOn: string, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/expiry-dates', {
      params: { ...of(orderId), header: keyed(key) },
      body: { kind, ends_on: endsOn },
    }),
  )
