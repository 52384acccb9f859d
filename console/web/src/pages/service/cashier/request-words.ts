/** States of what owners ask the desk for, in the desk's words. */
import type { Meaning } from '@shared/states'
import type { RedReason } from '@/api/invoices'

const STATES: Record<string, { meaning: Meaning; word: string }> = {
  REQUESTED: { meaning: 'waiting', word: '待开票' },
  ISSUING: { meaning: 'active', word: '开票服务在开' },
  ISSUED: { meaning: 'done', word: '已开票' },
  REDDENING: { meaning: 'active', word: '正在红冲' },
  RED: { meaning: 'idle', word: '已红冲' },
  REFUSED: { meaning: 'idle', word: '没有开' },
  WITHDRAWN: { meaning: 'idle', word: '车主撤回' },
  OPEN: { meaning: 'waiting', word: '待答复' },
  IN_HAND: { meaning: 'active', word: '处理中' },
  CORRECTED: { meaning: 'done', word: '已更正' },
  UPHELD: { meaning: 'done', word: '维持不变' },
}

export function requestState(state: string): { meaning: Meaning; word: string } {
  return STATES[state] ?? { meaning: 'idle', word: state }
}

/** What may become of a request for an invoice, to choose from. */
export const REQUEST_STATES = ['ISSUED', 'RED', 'REFUSED', 'WITHDRAWN'].map((value) => ({ value, word: requestState(value).word }))

export const invoiceKind = (kind: string): string => (kind === 'SPECIAL' ? '专用发票' : '普通发票')

/** 红冲原因, with the tax bureau's codes. */
export const RED_REASONS: { value: RedReason; word: string }[] = [
  { value: '01', word: '开票有误' },
  { value: '02', word: '退货退款' },
  { value: '03', word: '服务中止' },
  { value: '04', word: '销售折让' },
]
