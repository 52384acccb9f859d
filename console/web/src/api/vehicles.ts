/** Cars: a car's page, whose it is, its plate; what to look at before somebody is filed twice. */
import { api, take, type Schema } from './typed'

export type CarRecord = Schema<'CarRecord'>
export type PersonOfCar = Schema<'PersonOfCar'>
export type LookedUp = Schema<'LookedUp'>
export type LookAlike = Schema<'LookAlike'>

const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } })
const at = (vehicle_id: number) => ({ path: { vehicle_id } })

export const readCar = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/vehicles/{vehicle_id}', { params: at(id), signal }))

export const lookUp = (body: Schema<'LookAlikeIn'>, signal?: AbortSignal) => take(api.POST('/api/staff/reception/look-alikes', { body, signal }))

export const changePlate = (id: number, body: Schema<'PlateOfCarIn'>) => take(api.PUT('/api/staff/vehicles/{vehicle_id}/plate', { params: at(id), body }))

export const addPerson = (id: number, body: Schema<'PersonOfCarIn'>, key: string) =>
  take(api.POST('/api/staff/vehicles/{vehicle_id}/people', { params: at(id), body, ...keyed(key) }))

export const endPerson = (id: number, tie: number, body: Schema<'EndOfTieIn'>, key: string) =>
  take(api.POST('/api/staff/vehicles/{vehicle_id}/people/{tie_id}/end', { params: { path: { vehicle_id: id, tie_id: tie } }, body, ...keyed(key) }))

export const sellCar = (id: number, body: Schema<'CarSaleIn'>, key: string) =>
  take(api.POST('/api/staff/vehicles/{vehicle_id}/sale', { params: at(id), body, ...keyed(key) }))
