/** 门口: cars a camera saw coming. */
import { api, keyed, take, type Schema } from './typed'

export type CarAtTheGate = Schema<'CarAtTheGate'>

const at = (id: number, key: string) => ({ path: { gate_arrival_id: id }, header: keyed(key) })

export const readGate = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/gate-arrivals', { params: { query: { store_id: storeId } }, signal }))

export const settleAtGate = (car: CarAtTheGate, appointmentId: number, key: string) =>
  take(api.POST('/api/staff/gate-arrivals/{gate_arrival_id}/booking', { params: at(car.id, key), body: { appointment_id: appointmentId, version: car.version } }))

export const dismissAtGate = (car: CarAtTheGate, key: string) =>
  take(api.POST('/api/staff/gate-arrivals/{gate_arrival_id}/dismissal', { params: at(car.id, key), body: { version: car.version } }))
