/** 导出: lists as files. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type ExportableList = Schema<'ExportableList'>
export type ExportRow = Schema<'ExportRow'>

export const readExportableLists = () => take(api.GET('/api/staff/exportable-lists'))
export const readExports = () => take(api.GET('/api/staff/exports'))
export const askForExport = (body: Schema<'ExportIn'>, key: string) => take(api.POST('/api/staff/exports', { params: { header: keyed(key) }, body }))

/** The file and the name it is to have. */
export async function readExportFile(id: number): Promise<{ file: Blob; name: string }> {
  const response = await http.fetch(new Request(new URL(`/api/staff/exports/${id}/file`, location.origin)))
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return { file: await response.blob(), name: decodeURIComponent(named ?? 'export') }
}
