/** 调拨 in words. */
import { count } from '@shared/format'
import type { Meaning } from '@shared/states'
import type { Elsewhere } from '@/api/part-transfers'

const STATES: Record<string, { meaning: Meaning; word: string }> = {
  ASKED: { meaning: 'waiting', word: '等答复' },
  AGREED: { meaning: 'active', word: '已同意，待发出' },
  SENT: { meaning: 'active', word: '在途' },
  RECEIVED: { meaning: 'done', word: '已收货' },
  REFUSED: { meaning: 'problem', word: '没同意' },
  CANCELLED: { meaning: 'idle', word: '已取消' },
}

export function transferState(state: string): { meaning: Meaning; word: string } {
  return STATES[state] ?? { meaning: 'idle', word: state }
}

export const isUnderWay = (state: string): boolean => ['ASKED', 'AGREED', 'SENT'].includes(state)

/** 调拨单 12, as people say it to each other. */
export const transferName = (id: number): string => `调拨单 ${id}`

/** `深圳南山店 4 件，广州天河店 2 件`; empty where nobody has any. */
export const elsewhereSaid = (rows: readonly Elsewhere[]): string => rows.map((row) => `${row.store} ${count(row.free)} 件`).join('，')

/** `采购单 5` or `调拨单 7` of a source, and the page about it. */
export function sourceOf(source: string): { word: string; to: string } {
  const [kind, id] = source.split(':')
  return kind === 'part_transfer' ? { word: transferName(Number(id)), to: `/parts/transfers/${id}` } : { word: `采购单 ${id}`, to: `/parts/purchases/${id}` }
}
