/** 客户群群发: what owners of customer groups send into these. */
import { api, keyed, take, type Schema } from './typed'

export type GroupPost = Schema<'GroupPostRow'>
export type GroupPostState = GroupPost['state']
export type GroupPostTarget = Schema<'GroupPostTargetRow'>
export type GroupPostTask = Schema<'GroupPostTaskRow'>
export type GroupAudience = Schema<'GroupAudience'>
export type ChoosableGroup = Schema<'ChoosableGroup'>
export type GroupPostBody = Schema<'GroupPostIn'>
export interface GroupWish {
  q?: string
  store_id?: number
  at_least?: number
  without_refusing?: boolean
}

const at = (id: number) => ({ path: { group_post_id: id } })

export const readGroupPosts = (query: { q?: string; state?: GroupPostState; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/group-posts', { params: { query }, signal }))
export const readGroupPost = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/group-posts/{group_post_id}', { params: at(id), signal }))
export const readGroupPostTasks = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/group-posts/{group_post_id}/tasks', { params: at(id), signal }))
export const readGroupPostTargets = (id: number, query: { state?: GroupPostTarget['state']; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/group-posts/{group_post_id}/targets', { params: { ...at(id), query }, signal }))
export const readChosen = (id: number) => take(api.GET('/api/staff/group-posts/{group_post_id}/chosen', { params: at(id) }))
export const readExpected = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/group-posts/{group_post_id}/audience', { params: at(id), signal }))
export const readGroupPostKit = () => take(api.GET('/api/staff/group-posts/kit'))
export const tryGroupPost = (body: Schema<'GroupPostWordsIn'>, signal: AbortSignal) => take(api.POST('/api/staff/group-posts/trial', { body, signal }))
export const readChoosable = (query: GroupWish & { cursor?: string }, signal?: AbortSignal) => take(api.GET('/api/staff/group-posts/groups', { params: { query }, signal }))
export const readChoice = (query: GroupWish) => take(api.GET('/api/staff/group-posts/choice', { params: { query } }))
export const readGroupAudience = (customer_group_ids: number[], signal?: AbortSignal) => take(api.POST('/api/staff/group-posts/audience', { body: { customer_group_ids }, signal }))
export const writeGroupPost = (body: GroupPostBody, key: string) => take(api.POST('/api/staff/group-posts', { params: { header: keyed(key) }, body }))
export const editGroupPost = (id: number, body: Schema<'GroupPostEditIn'>) => take(api.PUT('/api/staff/group-posts/{group_post_id}', { params: at(id), body }))
export const submitGroupPost = (of: GroupPost, key: string) =>
  take(api.POST('/api/staff/group-posts/{group_post_id}/submission', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const cancelGroupPost = (of: GroupPost, key: string) =>
  take(api.POST('/api/staff/group-posts/{group_post_id}/cancellation', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const remindOfGroupPost = (of: GroupPost, key: string) =>
  take(api.POST('/api/staff/group-posts/{group_post_id}/reminders', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const readResultsNow = (of: GroupPost, key: string) =>
  take(api.POST('/api/staff/group-posts/{group_post_id}/readings', { params: { ...at(of.id), header: keyed(key) }, body: { version: of.version } }))
export const readGroupPostTask = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/group-post-tasks/{group_post_task_id}', { params: { path: { group_post_task_id: id } }, signal }))
