/** 取送车: the runs of a store's drivers. */
import { api, keyed, take, type Schema } from './typed'

export type Run = Schema<'RunOut'>
export type ValetDay = Schema<'ValetDayOut'>
export type Proposal = Schema<'ProposalOut'>
export type Wish = Schema<'WishIn'>

const at = (id: number, key: string) => ({ path: { valet_run_id: id }, header: keyed(key) })

export const readValetDay = (storeId: number, day: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/valet-runs', { params: { query: { store_id: storeId, day } }, signal }))

export const readMyRuns = (signal?: AbortSignal) => take(api.GET('/api/staff/my-valet-runs', { signal }))

export const readRunsOfBooking = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/appointments/{appointment_id}/valet-runs', { params: { path: { appointment_id: id } }, signal }))

export const readProposals = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/valet-runs/{valet_run_id}/proposals', { params: { path: { valet_run_id: id } }, signal }))

export const askForRun = (appointmentId: number, wish: Wish, key: string) =>
  take(api.POST('/api/staff/appointments/{appointment_id}/valet-runs', { params: { path: { appointment_id: appointmentId }, header: keyed(key) }, body: wish }))

export const askForRescue = (wish: Schema<'RescueIn'>, key: string) => take(api.POST('/api/staff/rescues', { params: { header: keyed(key) }, body: wish }))

export const assignRun = (id: number, body: Schema<'AssignmentIn'>, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/assignment', { params: at(id, key), body }))

export const cancelRun = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/cancellation', { params: at(id, key), body: { reason, version } }))

export const setOut = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/departure', { params: at(id, key), body: { version } }))

export const takeCar = (id: number, body: Schema<'TakingIn'>, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/taking', { params: at(id, key), body }))

export const deliverCar = (id: number, body: Schema<'CarDeliveryIn'>, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/delivery', { params: at(id, key), body }))

export const failRun = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/valet-runs/{valet_run_id}/failure', { params: at(id, key), body: { reason, version } }))
