/** Customers: finding them, one person's page, and what is written down about them. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type CustomerRow = Schema<'CustomerRow'>
export type Customer = Schema<'CustomerRecord'>
export type CustomerCar = Schema<'CustomerCar'>
export type TimelineEntry = Schema<'TimelineEntry'>
export type Visit = Schema<'CustomerVisit'>
export type Merge = Schema<'Merge'>
export type Colleague = Schema<'CustomerStaff'>
export type CustomerCoupon = Schema<'StaffCoupon'>
export type DormancyState = Schema<'Dormancy'>
export type TimelineKind = Schema<'Kind'>
export type Contact = Schema<'FollowUpIn'>['contact']

export interface CustomersQuestion {
  q?: string
  store_id?: number
  staff_id?: number
  state?: DormancyState
  cursor?: string
}

const at = (id: number) => ({ path: { customer_id: id } })

export const readCustomers = (query: CustomersQuestion, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers', { params: { query }, signal }))

export const readColleagues = () => take(api.GET('/api/staff/customer-staff'))

export const readCustomer = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}', { params: at(id), signal }))

export const readTimeline = (id: number, query: { kind?: TimelineKind; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/timeline', { params: { ...at(id), query }, signal }))

export const readCoupons = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/coupons', { params: at(id), signal }))

export const readVisits = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/visits', { params: at(id), signal }))

export const readMerges = (id: number) => take(api.GET('/api/staff/customers/{customer_id}/merges', { params: at(id) }))

export interface CustomerChange {
  version: number
  name?: string
  phone?: string
  tags?: string[]
  gone_reason?: Schema<'EditCustomerIn'>['gone_reason']
  city?: string
  /** 1988-08-15, or 08-15 without the year. */
  birthday?: string
}

export const editCustomer = (id: number, body: CustomerChange) =>
  http.put<Schema<'VersionOut'>>(`/api/staff/customers/${id}`, { body })

export const assignCustomer = (id: number, body: Schema<'AssignIn'>, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/assignment', { params: { ...at(id), header: keyed(key) }, body }))

export const logFollowUp = (id: number, body: Schema<'FollowUpIn'>, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/follow-ups', { params: { ...at(id), header: keyed(key) }, body }))

/** Without an idempotency key, since the full number must not be stored with an answer. */
export const revealPhone = (id: number, reason: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/phone-reveals', { params: at(id), body: { reason } }))

export const acceptPhone = (proposalId: number, key: string) =>
  take(api.POST('/api/staff/proposed-phones/{proposal_id}/acceptance', { params: { path: { proposal_id: proposalId }, header: keyed(key) } }))

export const refusePhone = (proposalId: number, key: string) =>
  take(api.POST('/api/staff/proposed-phones/{proposal_id}/refusal', { params: { path: { proposal_id: proposalId }, header: keyed(key) } }))

export const stopMarketing = (id: number, how: Schema<'StopMarketingIn'>['how'], key: string) =>
  take(
    api.POST('/api/staff/customers/{customer_id}/marketing-stops', {
      params: { ...at(id), header: keyed(key) },
      body: { how },
    }),
  )

export type QuietSpan = Schema<'QuietSpan'>
export type QuietSource = Schema<'NoteQuietHoursIn'>['source']

export const readQuietHours = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/quiet-hours', { params: at(id), signal }))

export const noteQuietHours = (id: number, body: Schema<'NoteQuietHoursIn'>, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/quiet-hours', { params: { ...at(id), header: keyed(key) }, body }))

export const endQuietHours = (id: number) =>
  take(api.DELETE('/api/staff/quiet-hours/{quiet_hours_id}', { params: { path: { quiet_hours_id: id } } }))

export const mergeCustomers = (id: number, body: Schema<'MergeIn'>, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/merges', { params: { ...at(id), header: keyed(key) }, body }))

export const undoMerge = (mergeId: number, reason: string, key: string) =>
  take(
    api.POST('/api/staff/customer-merges/{merge_id}/undoing', {
      params: { path: { merge_id: mergeId }, header: keyed(key) },
      body: { reason },
    }),
  )

export const giveCoupon = (templateId: number, customerId: number, key: string) =>
  take(
    api.POST('/api/staff/coupon-templates/{template_id}/gifts', {
      params: { path: { template_id: templateId }, header: keyed(key) },
      body: { customer_id: customerId },
    }),
  )
