/** 标签: the tags of the house, what differs from WeCom, and the segments that carry one. */
import { api, keyed, take, type Schema } from './typed'

export type Tag = Schema<'TagRow'>
export type TagRule = Schema<'TagRuleRow'>
export type TagDrift = Schema<'TagDrift'>
export type TagDriftCount = Schema<'TagDriftCount'>

const tag = (id: number) => ({ path: { tag_id: id } })
const segment = (id: number) => ({ path: { segment_id: id } })

export const readTags = (signal?: AbortSignal) => take(api.GET('/api/staff/tags', { signal }))
export const readTagRules = (signal?: AbortSignal) => take(api.GET('/api/staff/tags/rules', { signal }))
export const readTagDriftCounts = (signal?: AbortSignal) => take(api.GET('/api/staff/tags/drift-counts', { signal }))
export const readTagDrifts = (signal?: AbortSignal) => take(api.GET('/api/staff/tags/drifts', { signal }))
export const makeTag = (body: Schema<'TagIn'>, key: string) => take(api.POST('/api/staff/tags', { params: { header: keyed(key) }, body }))
export const renameTag = (id: number, name: string) => take(api.PUT('/api/staff/tags/{tag_id}', { params: tag(id), body: { name } }))
export const endTag = (id: number) => take(api.DELETE('/api/staff/tags/{tag_id}', { params: tag(id) }))
export const mendTags = (key: string) => take(api.POST('/api/staff/tags/mending', { params: { header: keyed(key) } }))
export const carryTag = (segmentId: number, tagId: number) => take(api.PUT('/api/staff/segments/{segment_id}/tag', { params: segment(segmentId), body: { tag_id: tagId } }))
export const stopCarryingTag = (segmentId: number) => take(api.DELETE('/api/staff/segments/{segment_id}/tag', { params: segment(segmentId) }))
export const runTagRule = (segmentId: number, key: string) =>
  take(api.POST('/api/staff/segments/{segment_id}/tag/runs', { params: { ...segment(segmentId), header: keyed(key) } }))
