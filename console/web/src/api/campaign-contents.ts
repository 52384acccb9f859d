/** What a marketer writes for a campaign: what a channel takes, and what is wrong with words while they are written. */
import { api, take, type Schema } from './typed'

export type ContentKit = Schema<'ContentKit'>
export type TriedContent = Schema<'TriedContent'>
export type ShownAttachment = Schema<'ShownAttachment'>
export type Words = Schema<'Content'>
export type Attachment = Words['attachments'][number]

export const readContentKit = (channel: string) => take(api.GET('/api/staff/campaign-contents/kit', { params: { query: { channel } } }))

export const tryContent = (body: Schema<'ContentTryIn'>, signal: AbortSignal) => take(api.POST('/api/staff/campaign-contents/trial', { body, signal }))

export type LibraryEntry = Schema<'LibraryRow'>

export const readLibrary = (query: { q?: string; is_retired?: boolean; channel?: string; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/campaign-contents', { params: { query }, signal }))
export const changeEntry = (id: number, body: Schema<'LibraryEntryIn'>) =>
  take(api.PUT('/api/staff/campaign-contents/{library_entry_id}', { params: { path: { library_entry_id: id } }, body }))
