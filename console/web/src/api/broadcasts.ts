/** Broadcasts: planning one, following it while salespeople confirm, and what it brought. */
import { api, keyed, take, type Schema } from './typed'

export type Broadcast = Schema<'BroadcastRow'>
export type BroadcastDraft = Schema<'BroadcastIn'>
export type Estimate = Schema<'Forecast'>
export type Progress = Schema<'BroadcastProgress'>
export type SendTask = Schema<'SendTaskRow'>
export type StoreConfirmation = Schema<'StoreConfirmation'>
export type Division = Schema<'Division'>
export type RemindedAll = Schema<'RemindedAll'>
export type Results = Schema<'BroadcastResults'>
export type PortfolioRow = Schema<'PortfolioRow'>
export type PortfolioSum = Schema<'PortfolioSum'>
export type SumBy = Schema<'SumBy'>
export type FunnelStep = Schema<'FunnelStep'>

const at = (id: number) => ({ path: { broadcast_id: id } })

export const readBroadcasts = (query: { q?: string; state?: Broadcast['state']; cursor?: string } = {}, signal?: AbortSignal) =>
  take(api.GET('/api/staff/broadcasts', { params: { query }, signal }))
export const readBroadcast = (id: number) => take(api.GET('/api/staff/broadcasts/{broadcast_id}', { params: at(id) }))

export const readEstimate = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/broadcasts/{broadcast_id}/estimate', { params: at(id), signal }))

export const readAllowance = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/broadcasts/{broadcast_id}/allowance', { params: at(id), signal }))

export const readSample = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/broadcasts/{broadcast_id}/sample', { params: at(id), signal }))
export const sendSample = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/broadcasts/{broadcast_id}/sample', { params: { ...at(id), header: keyed(key) }, body: { version } }))

export const readProgress = (id: number) => take(api.GET('/api/staff/broadcasts/{broadcast_id}/progress', { params: at(id) }))
export const readResults = (id: number) => take(api.GET('/api/staff/broadcasts/{broadcast_id}/results', { params: at(id) }))

export const createBroadcast = (body: BroadcastDraft, key: string) =>
  take(api.POST('/api/staff/broadcasts', { params: { header: keyed(key) }, body }))

export const editBroadcast = (id: number, body: Schema<'BroadcastEditIn'>) =>
  take(api.PUT('/api/staff/broadcasts/{broadcast_id}', { params: at(id), body }))

export const submitBroadcast = (id: number, version: number, note: string, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/submission', {
      params: { ...at(id), header: keyed(key) },
      body: { version, note },
    }),
  )

export const scheduleBroadcast = (id: number, version: number, startsAt: string, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/schedule', {
      params: { ...at(id), header: keyed(key) },
      body: { version, starts_at: startsAt },
    }),
  )

export const pauseBroadcast = (id: number, version: number, reason: string, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/pause', {
      params: { ...at(id), header: keyed(key) },
      body: { version, reason },
    }),
  )

export const resumeBroadcast = (id: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/resumption', {
      params: { ...at(id), header: keyed(key) },
      body: { version },
    }),
  )

export const cancelBroadcast = (id: number, version: number, reason: string, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/cancellation', {
      params: { ...at(id), header: keyed(key) },
      body: { version, reason },
    }),
  )

export const syncBroadcast = (id: number, key: string) =>
  take(api.POST('/api/staff/broadcasts/{broadcast_id}/sync', { params: { ...at(id), header: keyed(key) } }))

export const remindTask = (id: number, taskId: number, key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/tasks/{task_id}/reminder', {
      params: { path: { broadcast_id: id, task_id: taskId }, header: keyed(key) },
    }),
  )

export const remindAll = (id: number, key: string) =>
  take(api.POST('/api/staff/broadcasts/{broadcast_id}/reminders', { params: { ...at(id), header: keyed(key) } }))

export const readDivision = (id: number, taskId: number, chosen: readonly number[]) =>
  take(
    api.GET('/api/staff/broadcasts/{broadcast_id}/tasks/{task_id}/division', {
      params: { path: { broadcast_id: id, task_id: taskId }, query: { chosen: chosen.join(',') } },
    }),
  )

export const substituteTask = (id: number, taskId: number, staffIds: number[], key: string) =>
  take(
    api.POST('/api/staff/broadcasts/{broadcast_id}/tasks/{task_id}/substitutes', {
      params: { path: { broadcast_id: id, task_id: taskId }, header: keyed(key) },
      body: { staff_ids: staffIds },
    }),
  )

export interface PortfolioQuestion { q?: string; month?: string; channel?: string; store?: number }

export const readPortfolio = (question: PortfolioQuestion, cursor?: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/broadcast-portfolio', { params: { query: { ...question, cursor } }, signal }))

export const readPortfolioSums = (question: PortfolioQuestion, by: SumBy, signal?: AbortSignal) =>
  take(api.GET('/api/staff/broadcast-portfolio/sums', { params: { query: { ...question, by } }, signal }))
