/** 招徕任务: call sheets, and what is noted on them. */
import { api, keyed, take, type Schema } from './typed'

export type CustomerSheet = Schema<'CustomerSheet'>
export type CallSheet = Schema<'CallSheet'>
export type SheetTask = Schema<'SheetTask'>
export type TaskKind = Schema<'TaskKind'>
export type ContactIn = Schema<'ContactIn'>
export type Whose = Schema<'Whose'>

const of = (customerId: number) => ({ path: { customer_id: customerId } })
const seen = (tasks: readonly SheetTask[]) => tasks.map(({ id, version }) => ({ id, version }))

export const readSheets = (
  query: { store_id: number; whose?: Whose; kind?: TaskKind; all_days?: boolean; cursor?: string | null },
  signal?: AbortSignal,
) => take(api.GET('/api/staff/task-sheets', { params: { query }, signal }))

export const readSheet = (customerId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/task-sheets/{customer_id}', { params: of(customerId), signal }))

export const readSheetHistory = (customerId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/task-sheets/{customer_id}/history', { params: of(customerId), signal }))

export const readRecallMessages = (customerId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/task-sheets/{customer_id}/messages', { params: of(customerId), signal }))

export const noteContact = (tasks: readonly SheetTask[], contact: Omit<ContactIn, 'tasks'>, key: string) =>
  take(api.POST('/api/staff/tasks/contact', { params: { header: keyed(key) }, body: { ...contact, tasks: seen(tasks) } }))

export const assignTasks = (tasks: readonly SheetTask[], staffId: number, key: string) =>
  take(api.POST('/api/staff/tasks/assignment', { params: { header: keyed(key) }, body: { tasks: seen(tasks), staff_id: staffId } }))

export const dropTasks = (tasks: readonly SheetTask[], reason: string, key: string) =>
  take(api.POST('/api/staff/tasks/drop', { params: { header: keyed(key) }, body: { tasks: seen(tasks), reason } }))
