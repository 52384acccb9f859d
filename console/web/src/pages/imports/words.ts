/** 数据导入 in words: states, kinds of sheets, what became of rows and what was made. */
import { count } from '@shared/format'
import type { StateLook } from '@shared/states'
import type { Counts, Entity, ImportState, Result, SheetPlan } from '@/api/imports'

type Look = Pick<StateLook, 'meaning'> & Partial<StateLook> & { word: string }

export const STATES: Record<ImportState, Look> = {
  READING: { meaning: 'active', word: '在读文件' },
  REFUSED: { meaning: 'problem', word: '没能读取' },
  READY: { meaning: 'waiting', word: '待您核对' },
  TRYING: { meaning: 'active', word: '试导入中' },
  RUNNING: { meaning: 'active', word: '导入中' },
  DONE: { meaning: 'done', word: '已导入' },
  UNDOING: { meaning: 'active', word: '撤销中' },
  UNDONE: { meaning: 'idle', shape: 'dash', word: '已撤销' },
}

/** A worker is on it, so the page keeps refreshing. */
export const isAtWork = (state: ImportState): boolean => ['READING', 'TRYING', 'RUNNING', 'UNDOING'].includes(state)

export const ENTITIES: Record<Entity, string> = {
  customers_cars: '客户和车辆（一行一台车）',
  customers: '客户',
  cars: '车辆',
  orders: '工单',
  order_lines: '工单明细',
  orders_with_lines: '工单带明细（一行一个项目）',
  appointments: '预约',
  coupons: '没用完的卡券',
  consents: '授权同意',
  staff: '员工',
  items_prices: '项目和价格',
  parts_stock: '配件和库存',
  settings: '设置',
}

export const RESULTS: Record<Result, Look> = {
  NEW: { meaning: 'done', word: '新增' },
  CHANGED: { meaning: 'active', shape: 'half', word: '补全' },
  SAME: { meaning: 'idle', shape: 'dash', word: '相同' },
  REFUSED: { meaning: 'problem', word: '未导入' },
}

/** What the five numbers of a trial or a run are called, and what they mean. */
export const COUNTED: readonly { key: 'new' | 'changed' | 'same' | 'refused' | 'warned'; word: string; means: string }[] = [
  { key: 'new', word: '新增', means: '系统里原来没有' },
  { key: 'changed', word: '补全', means: '原来有，补上了空着的内容' },
  { key: 'same', word: '相同', means: '原来就有，什么也没改' },
  { key: 'refused', word: '未导入', means: '整行没有收' },
  { key: 'warned', word: '需核对', means: '收下了，有话要说；也算在前三项里' },
]

const RECORDS: Record<string, string> = {
  customer: '客户', vehicle: '车辆', ownership: '车辆归属', past_order: '历史工单', past_line: '工单明细', service_visit: '来店记录',
  appointment: '预约', coupon: '卡券', consent: '授权', staff: '员工', service_item: '项目', item_price: '价格', part: '配件',
  part_stock: '配件库存',
}

/** 「客户 9 · 车辆 10」; what only we know by name is left out. */
export function recordsWords(records: Record<string, number>): string {
  return Object.entries(RECORDS)
    .filter(([table]) => records[table])
    .map(([table, word]) => `${word} ${count(records[table] ?? 0)}`)
    .join(' · ')
}

/** 「合计 16 行 = 表头 3 + 空行 1 + 合计行 1 + 备注行 1 + 数据 10」: the parts always add up. */
export function rowsWords({ sheet, head, blank, total, note, data }: SheetPlan['rows']): string {
  return `合计 ${count(sheet)} 行 = 表头 ${count(head)} + 空行 ${count(blank)} + 合计行 ${count(total)} + 备注行 ${count(note)} + 数据 ${count(data)}`
}

/** All sheets together; null when nothing was counted. */
export function sum(counts: Record<string, Counts>): Counts | null {
  const all = Object.values(counts)
  if (all.length === 0) return null
  const total: Counts = { new: 0, changed: 0, same: 0, refused: 0, warned: 0, codes: {} }
  for (const each of all) for (const { key } of COUNTED) total[key] = (total[key] ?? 0) + (each[key] ?? 0)
  return total
}

const KB = 1024
export function sizeWords(bytes: number): string {
  const megabytes = bytes / KB / KB
  return megabytes >= 1 ? `${megabytes.toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / KB))} KB`
}

export const LARGEST_BYTES = 50 * KB * KB
const ENDINGS = ['.xlsx', '.xls', '.csv']

/** Why a file is not worth sending; empty when it is. The server looks at what is inside. */
export function fileProblem({ name, size }: { name: string; size: number }): string {
  if (!ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))) return '只收 .xlsx、.xls 和 .csv 文件；其他格式请先另存为 .xlsx。'
  if (size === 0) return '这个文件是空的。'
  if (size > LARGEST_BYTES) return `文件有 ${sizeWords(size)}，最多 50 MB；请拆成几个再导入。`
  return ''
}
