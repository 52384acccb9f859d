/** Accounts that asked to be bound to a car and wait for the advisor's answer. */
import { api, keyed, take, type Schema } from './typed'

export type WaitingBinding = Schema<'WaitingBindingOut'>
export type BindingRole = Schema<'BindingRole'>

const at = (id: number, key: string) => ({ path: { binding_id: id }, header: keyed(key) })

export const readWaitingBindings = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/binding-requests', { params: { query: { store_id: storeId } }, signal }))

export const approveBinding = (id: number, body: Schema<'ApproveBindingIn'>, key: string) =>
  take(api.POST('/api/staff/binding-requests/{binding_id}/approval', { params: at(id, key), body }))

export const refuseBinding = (id: number, body: Schema<'RefuseBindingIn'>, key: string) =>
  take(api.POST('/api/staff/binding-requests/{binding_id}/refusal', { params: at(id, key), body }))
