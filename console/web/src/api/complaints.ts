/** 投诉: a store's list, one complaint and its steps, and what owners said about one's own work. */
import { api, keyed, take, type Schema } from './typed'

export type Complaint = Schema<'ComplaintRow'>
export type ComplaintPage = Schema<'ComplaintPage'>
export type ComplaintsShown = Schema<'ComplaintsShown'>
export type ComplaintIn = Schema<'ComplaintIn'>
export type Feedback = Schema<'FeedbackRow'>

const at = (id: number) => ({ path: { complaint_id: id } })
const noted = (id: number, key: string) => ({ ...at(id), header: keyed(key) })

export const readComplaints = (query: { store_id: number; shown?: ComplaintsShown; cursor?: string | null }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/complaints', { params: { query }, signal }))

export const readComplaintFigures = (query: { store_id: number; since: string; until: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/complaint-figures', { params: { query }, signal }))

export const readComplaint = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/complaints/{complaint_id}', { params: at(id), signal }))

export const bringComplaint = (orderId: number, body: ComplaintIn, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/complaints', { params: { path: { repair_order_id: orderId }, header: keyed(key) }, body }))

export const bringComplaintOfCar = (body: Schema<'ComplaintOfCarIn'>, key: string) =>
  take(api.POST('/api/staff/complaints', { params: { header: keyed(key) }, body }))

export const planComplaint = (id: number, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/plan', { params: noted(id, key), body: { note, version } }))

export const resolveComplaint = (id: number, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/resolution', { params: noted(id, key), body: { note, version } }))

export const giveComplaintCoupon = (id: number, templateId: number, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/coupon', { params: noted(id, key), body: { template_id: templateId, version } }))

export const verifyComplaint = (id: number, isContent: boolean, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/verification', { params: noted(id, key), body: { is_content: isContent, note, version } }))

export const takeUpComplaint = (id: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/acknowledgement', { params: noted(id, key) }))

export const readMyFeedback = (signal?: AbortSignal) => take(api.GET('/api/staff/my-feedback', { signal }))
