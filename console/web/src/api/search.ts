/** The search box: one text, and whatever it may be. */
import { api, take, type Schema } from './typed'

export type Answer = Schema<'FoundOut'>
export type FoundKind = Schema<'FoundKind'>
export type Found = Schema<'Found'>

export const search = (q: string, signal?: AbortSignal) => take(api.GET('/api/staff/search', { params: { query: { q } }, signal }))
