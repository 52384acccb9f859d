/** What waits for one person: contacts that are due, mass-send tasks to confirm. */
import { api, keyed, take, type Schema } from './typed'

export type DueFollowUp = Schema<'DueFollowUp'>
export type OwnTask = Schema<'OwnTask'>

const followUpAt = (id: number, key: string) => ({ path: { follow_up_id: id }, header: keyed(key) })
const taskAt = (id: number) => ({ path: { task_id: id } })

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
