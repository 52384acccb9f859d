/** Approvals: what waits for me, what I asked for, and the decision on exactly what was seen. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type Approval = Schema<'ApprovalOut'>
export type ApprovalView = 'to_decide' | 'mine' | 'all'

const at = (id: number) => ({ path: { approval_id: id } })

export const readApprovals = (view: ApprovalView, cursor?: string) =>
  take(api.GET('/api/staff/approvals', { params: { query: { view, cursor } } }))

export const readApproval = (id: number) => take(api.GET('/api/staff/approvals/{approval_id}', { params: at(id) }))

export const decide = (id: number, agree: boolean, version: number, note: string, key: string) =>
  http.post<Approval>(`/api/staff/approvals/${id}/decision`, { body: { agree, version, note }, key })

export const withdraw = (id: number, key: string) =>
  take(api.POST('/api/staff/approvals/{approval_id}/withdrawal', { params: { ...at(id), header: keyed(key) } }))
