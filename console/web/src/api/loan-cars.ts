/** 代步车: a store's cars that owners drive meanwhile. */
import { api, keyed, take, type Schema } from './typed'

export type Lending = Schema<'LendingOut'>
export type LoanCalendar = Schema<'LoanCalendarOut'>
export type LoanCar = Schema<'LoanCarRow'>

/** What a car is lent for. */
export interface LentFor {
  kind: 'appointment' | 'order'
  id: number
}

const at = (id: number, key: string) => ({ path: { lending_id: id }, header: keyed(key) })

export const readLoanCalendar = (storeId: number, day: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/loan-cars', { params: { query: { store_id: storeId, day } }, signal }))

export const readFreeCars = (storeId: number, startsAt: string, endsAt: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/loan-cars/free', { params: { query: { store_id: storeId, starts_at: startsAt, ends_at: endsAt } }, signal }))

export const readLateLendings = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/lendings/late', { params: { query: { store_id: storeId } }, signal }))

export const readLendings = (lent: LentFor, signal?: AbortSignal) =>
  lent.kind === 'appointment'
    ? take(api.GET('/api/staff/appointments/{appointment_id}/lendings', { params: { path: { appointment_id: lent.id } }, signal }))
    : take(api.GET('/api/staff/repair-orders/{repair_order_id}/lendings', { params: { path: { repair_order_id: lent.id } }, signal }))

export const lend = (lent: LentFor, body: Schema<'LendingIn'>, key: string) =>
  lent.kind === 'appointment'
    ? take(api.POST('/api/staff/appointments/{appointment_id}/lendings', { params: { path: { appointment_id: lent.id }, header: keyed(key) }, body }))
    : take(api.POST('/api/staff/repair-orders/{repair_order_id}/lendings', { params: { path: { repair_order_id: lent.id }, header: keyed(key) }, body }))

export const handOut = (id: number, body: Schema<'HandOutIn'>, key: string) => take(api.POST('/api/staff/lendings/{lending_id}/hand-out', { params: at(id, key), body }))

export const takeBack = (id: number, body: Schema<'HandingIn'>, key: string) => take(api.POST('/api/staff/lendings/{lending_id}/return', { params: at(id, key), body }))

export const extendLending = (id: number, endsAt: string, version: number, key: string) =>
  take(api.POST('/api/staff/lendings/{lending_id}/extension', { params: at(id, key), body: { ends_at: endsAt, version } }))

export const cancelLending = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/lendings/{lending_id}/cancellation', { params: at(id, key), body: { reason, version } }))
