/** 通知文案: what each notice says in the group and in each store, how other words would look, and changing them. */
import { api, keyed, take, type Schema } from './typed'

export type Wording = Schema<'Wording'>
export type WordingPlace = Schema<'WordingPlace'>
export type WordingChange = Schema<'WordingIn'>
export type WordingPreview = Schema<'WordingPreview'>
export type NoticeLook = Schema<'Look'>

export const readWordings = () => take(api.GET('/api/staff/message-wordings'))

export const changeWording = (message: string, part: string, body: WordingChange, key: string) =>
  take(api.POST('/api/staff/message-wordings/{message}/{part}/changes', { params: { path: { message, part }, header: keyed(key) }, body }))

export const previewWording = (message: string, part: string, words: string, store: number | null, key: string) =>
  take(api.POST('/api/staff/message-wordings/{message}/{part}/preview', { params: { path: { message, part }, header: keyed(key) }, body: { words, store_id: store } }))
