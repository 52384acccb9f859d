/** 固定名单: who was in a group at one moment, or whom a file names. */
import { http } from './client'
import type { Definition, Segment } from './segments'
import { api, keyed, take, type Schema } from './typed'

export type FixedList = Schema<'FixedListOut'>

export const freezeList = (name: string, definition: Definition, key: string) =>
  take(api.POST('/api/staff/fixed-lists', { params: { header: keyed(key) }, body: { name, definition } }))

export const bringList = (name: string, file: File) =>
  http.upload<Segment>('/api/staff/fixed-lists/files', file, { query: { name, file_name: file.name } })

export const readFixedList = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/fixed-lists/{fixed_list_id}', { params: { path: { fixed_list_id: id } }, signal }))
