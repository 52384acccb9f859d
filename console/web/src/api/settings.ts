/** The lists of 设置: what a list is, its rows, changing them, what uses one, its history. */
import { api, keyed, take, type Schema } from './typed'

export type SettingListEntry = Schema<'SettingListEntry'>
export type SettingList = Schema<'SettingListView'>
export type SettingColumn = Schema<'ColumnView'>
export type SettingRow = Schema<'SettingRow'>
export type SettingUse = Schema<'SettingUse'>
export type SettingChange = Schema<'SettingChange'>
export type Values = SettingRow['values']
export type Kept = Values[string]

const LIST = '/api/staff/settings/lists/{setting_list}'
const of = (list: string) => ({ path: { setting_list: list } })
const at = (list: string, row: number) => ({ path: { setting_list: list, row_id: row } })

export const readSettingLists = () => take(api.GET('/api/staff/settings/lists'))
export const readSettingList = (list: string, signal?: AbortSignal) => take(api.GET(LIST, { params: of(list), signal }))

export interface RowsQuestion {
  q?: string
  store_id?: number
  ended?: boolean
  cursor?: string
}

export const readSettingRows = (list: string, query: RowsQuestion, signal?: AbortSignal) =>
  take(api.GET(`${LIST}/rows`, { params: { ...of(list), query }, signal }))

export const addSetting = (list: string, values: Values, key: string) =>
  take(api.POST(`${LIST}/rows`, { params: { ...of(list), header: keyed(key) }, body: { values } }))

export const changeSetting = (list: string, row: number, values: Values, version: number, reason: string) =>
  take(api.PUT(`${LIST}/rows/{row_id}`, { params: at(list, row), body: { values, version, reason } }))

export const endSetting = (list: string, row: number, version: number, reason: string, key: string) =>
  take(api.POST(`${LIST}/rows/{row_id}/end`, { params: { ...at(list, row), header: keyed(key) }, body: { version, reason } }))

export const resumeSetting = (list: string, row: number, version: number, key: string) =>
  take(api.POST(`${LIST}/rows/{row_id}/resumption`, { params: { ...at(list, row), header: keyed(key) }, body: { version } }))

export const undoSetting = (list: string, row: number, entry: number, version: number, key: string) =>
  take(api.POST(`${LIST}/rows/{row_id}/changes/{entry_id}/undo`, {
    params: { path: { ...at(list, row).path, entry_id: entry }, header: keyed(key) }, body: { version },
  }))

export const readSettingUses = (list: string, row: number) => take(api.GET(`${LIST}/rows/{row_id}/uses`, { params: at(list, row) }))
export const readSettingHistory = (list: string, row: number) => take(api.GET(`${LIST}/rows/{row_id}/history`, { params: at(list, row) }))
