/** States of what owners ask the desk for, in the desk's words. */
import type { Meaning } from '@shared/states'

const STATES: Record<string, { meaning: Meaning; word: string }> = {
  REQUESTED: { meaning: 'waiting', word: '待开票' },
  ISSUED: { meaning: 'done', word: '已开票' },
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
export const REQUEST_STATES = ['ISSUED', 'REFUSED', 'WITHDRAWN'].map((value) => ({ value, word: requestState(value).word }))

export const invoiceKind = (kind: string): string => (kind === 'SPECIAL' ? '专用发票' : '普通发票')
