/** Signatures by which WeCom lets one of our pages open chats. */
import { api, take } from './typed'

export const readPageSignatures = (url: string) => take(api.GET('/api/staff/wecom-page-signatures', { params: { query: { url } } }))
