/** The search box: one text, and whatever it may be. */
import { api, take, type Schema } from './typed'

export type Found = Schema<'FoundOut'>
export type FoundOrder = Schema<'FoundOrder'>

export const search = (q: string, signal?: AbortSignal) => take(api.GET('/api/staff/search', { params: { query: { q } }, signal }))
