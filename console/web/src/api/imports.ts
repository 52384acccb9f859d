/** 数据导入: a file of another program, what its columns are, a trial, the import itself, and taking it back. */
import { http } from './client'
import { api, take, type Schema } from './typed'

export type ImportRow = Schema<'ImportRow'>
export type Import = Schema<'ImportOut'>
export type ImportJob = Schema<'ImportJobView'>
export type ImportState = Schema<'ImportState'>
export type SheetPlan = Schema<'SheetPlan'>
export type ColumnPlan = Schema<'ColumnPlan'>
export type Entity = Schema<'Entity'>
export type Counts = Schema<'Counts'>
export type Result = Schema<'Result'>
export type Remark = Schema<'Remark'>
export type Plan = Schema<'PlanIn'>
export type ImportWords = Schema<'ImportWords'>
export type FieldWord = Schema<'FieldWord'>

const at = (id: number) => ({ path: { import_job_id: id } })

export const readImports = () => take(api.GET('/api/staff/imports'))
export const readImportWords = () => take(api.GET('/api/staff/imports/words'))
export const readImport = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/imports/{import_job_id}', { params: at(id), signal }))

export interface Brought {
  file: File
  storeId: number
  sourceSystem: string
  /** The list of settings whose rows it brings. */
  settingList?: string
}

export const bringImport = ({ file, storeId, sourceSystem, settingList }: Brought, onProgress: (part: number) => void, signal?: AbortSignal) =>
  http.upload<Import>('/api/staff/imports', file, {
    query: { store_id: storeId, file_name: file.name, source_system: sourceSystem, ...(settingList ? { setting_list: settingList } : {}) },
    onProgress,
    signal,
  })

export const planImport = (id: number, body: Plan) => take(api.PUT('/api/staff/imports/{import_job_id}/plan', { params: at(id), body }))

export const tryImport = (id: number, version: number) =>
  take(api.POST('/api/staff/imports/{import_job_id}/trial', { params: at(id), body: { version, again: false } }))

/** `again` takes a file that was taken before. */
export const runImport = (id: number, version: number, again: boolean) =>
  take(api.POST('/api/staff/imports/{import_job_id}/run', { params: at(id), body: { version, again } }))

export const stopImport = (id: number, version: number) =>
  take(api.POST('/api/staff/imports/{import_job_id}/stop', { params: at(id), body: { version, again: false } }))

export const undoImport = (id: number, version: number) =>
  take(api.POST('/api/staff/imports/{import_job_id}/undo', { params: at(id), body: { version, again: false } }))

export interface RemarksAsked {
  sheet: number
  afterRow?: number
  result?: Result
  code?: string
}

export const readRemarks = (id: number, { sheet, afterRow, result, code }: RemarksAsked, signal?: AbortSignal) =>
  take(api.GET('/api/staff/imports/{import_job_id}/remarks', { params: { ...at(id), query: { sheet, after_row: afterRow, result, code } }, signal }))

/** The rows with something to say, as a spreadsheet. */
export async function readProblems(id: number): Promise<Blob> {
  const response = await http.fetch(new Request(new URL(`/api/staff/imports/${id}/problems`, location.origin)))
  return response.blob()
}
