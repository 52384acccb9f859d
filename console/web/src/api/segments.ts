/** Segments: what may be asked, counting, sampling, saving. */
import { api, keyed, take, type Schema } from './typed'

export type Segment = Schema<'SegmentRow'>
export type SegmentPreview = Schema<'SegmentPreview'>
export type SamplePerson = Schema<'SampleRow'>
export type SegmentEditor = Schema<'EditorOut'>
export type Excluded = Schema<'Excluded'>
export type Exclusion = Schema<'Exclusion'>
export type Overlap = Schema<'Overlap'>
export type SegmentUse = Schema<'SegmentUse'>
export type Definition = Segment['definition']

const at = (id: number) => ({ path: { segment_id: id } })

export const readSegments = () => take(api.GET('/api/staff/segments'))
export const readSegment = (id: number) => take(api.GET('/api/staff/segments/{segment_id}', { params: at(id) }))
export const readUses = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/segments/{segment_id}/uses', { params: at(id), signal }))
export const readEditor = () => take(api.GET('/api/staff/segments/editor'))

/** Whom of its people the channel reaches; the usual channel where none is named. */
export const previewSegment = (definition: Definition, channel: string | null, signal?: AbortSignal) =>
  take(api.POST('/api/staff/segments/preview', { body: { definition, channel }, signal }))

export const sampleSegment = (definition: Definition, channel: string | null, exclusion: Exclusion | null, signal?: AbortSignal) =>
  take(api.POST('/api/staff/segments/sample', { body: { definition, channel, exclusion }, signal }))

export const overlapOf = (definition: Definition, signal?: AbortSignal) =>
  take(api.POST('/api/staff/segments/overlap', { body: { definition }, signal }))

export const createSegment = (name: string, definition: Definition, key: string) =>
  take(api.POST('/api/staff/segments', { params: { header: keyed(key) }, body: { name, definition } }))

export const updateSegment = (id: number, body: Schema<'SegmentUpdateIn'>) =>
  take(api.PUT('/api/staff/segments/{segment_id}', { params: at(id), body }))

export const archiveSegment = (id: number, version: number) =>
  take(api.DELETE('/api/staff/segments/{segment_id}', { params: { ...at(id), query: { version } } }))
