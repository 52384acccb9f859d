/** States of what the store room orders, and how sums are read from a field. */
import type { Meaning } from '@shared/states'

const STATES: Record<string, { meaning: Meaning; word: string }> = {
  DRAFT: { meaning: 'idle', word: '草稿' },
  ORDERED: { meaning: 'active', word: '已下单' },
  PARTLY_ARRIVED: { meaning: 'waiting', word: '部分到货' },
  ARRIVED: { meaning: 'done', word: '已到齐' },
  CANCELLED: { meaning: 'idle', word: '已取消' },
}

export function purchaseState(state: string): { meaning: Meaning; word: string } {
  return STATES[state] ?? { meaning: 'idle', word: state }
}

export const isOpen = (state: string): boolean => state === 'ORDERED' || state === 'PARTLY_ARRIVED'

/** 采购单 12, as people say it to each other. */
export const purchaseName = (id: number): string => `采购单 ${id}`

/** Fen of a price in yuan as it is typed; null for what is none. */
export function fenOf(yuan: string): number | null {
  return /^\d{1,7}(\.\d{1,2})?$/.test(yuan.trim()) ? Math.round(Number(yuan.trim()) * 100) : null
}
