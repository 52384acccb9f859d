/** What waits for one person: contacts that are due, mass-send tasks to confirm, complaints of the store. */
import { api, keyed, take, type Schema } from './typed'

export type DueFollowUp = Schema<'DueFollowUp'>
export type OwnTask = Schema<'OwnTask'>
export type Complaint = Schema<'ComplaintRow'>

const followUpAt = (id: number, key: string) => ({ path: { follow_up_id: id }, header: keyed(key) })
const taskAt = (id: number) => ({ path: { task_id: id } })
const complaintAt = (id: number) => ({ path: { complaint_id: id } })

export const readFollowUps = (signal?: AbortSignal) => take(api.GET('/api/staff/follow-ups', { signal }))

export const postponeFollowUp = (id: number, nextAt: string, key: string) =>
  take(api.POST('/api/staff/follow-ups/{follow_up_id}/postponement', { params: followUpAt(id, key), body: { next_at: nextAt } }))

export const dropFollowUp = (id: number, reason: string, key: string) =>
  take(api.POST('/api/staff/follow-ups/{follow_up_id}/drop', { params: followUpAt(id, key), body: { reason } }))

export const readSendTasks = (signal?: AbortSignal) => take(api.GET('/api/staff/send-tasks', { signal }))

export const readSendTask = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/send-tasks/{task_id}', { params: taskAt(id), signal }))

export const declineSendTask = (id: number, key: string) =>
  take(api.POST('/api/staff/send-tasks/{task_id}/decline', { params: { ...taskAt(id), header: keyed(key) } }))

export const readComplaints = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/complaints', { params: { query: { store_id: storeId } }, signal }))

export const readComplaint = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/complaints/{complaint_id}', { params: complaintAt(id), signal }))

export type ComplaintPage = Schema<'ComplaintPage'>

const noted = (id: number, key: string) => ({ ...complaintAt(id), header: keyed(key) })

export const planComplaint = (id: number, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/plan', { params: noted(id, key), body: { note, version } }))

export const resolveComplaint = (id: number, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/resolution', { params: noted(id, key), body: { note, version } }))

export const verifyComplaint = (id: number, isContent: boolean, note: string, version: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/verification', { params: noted(id, key), body: { is_content: isContent, note, version } }))

export const takeUpComplaint = (id: number, key: string) =>
  take(api.POST('/api/staff/complaints/{complaint_id}/acknowledgement', { params: { ...complaintAt(id), header: keyed(key) } }))
