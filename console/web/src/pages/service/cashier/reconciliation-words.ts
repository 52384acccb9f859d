/** Days of reconciliation and what differs on them, in the words of finance. */
import type { Meaning } from '@shared/states'
import type { ReconciliationDay, ReconciliationDifference } from '@/api/reconciliation'

export function dayState(day: Pick<ReconciliationDay, 'state' | 'open_differences' | 'trouble'>): { meaning: Meaning; word: string } {
  if (day.state === 'CLOSED') return { meaning: 'done', word: '已结账' }
  if (day.state === 'OWED') return day.trouble ? { meaning: 'problem', word: '账单没取到' } : { meaning: 'waiting', word: '等微信账单' }
  return day.open_differences ? { meaning: 'problem', word: `${day.open_differences} 条差异` } : { meaning: 'active', word: '对平，可结账' }
}

type Differing = Pick<ReconciliationDifference, 'kind' | 'movement'>
const movement = (differing: Differing): string => (differing.movement === 'REFUND' ? '退款' : '收款')

export function differenceWord(differing: Differing): string {
  const what = movement(differing)
  switch (differing.kind) {
    case 'NOT_HERE':
      return `微信有这笔${what}，我们没有`
    case 'NOT_THERE':
      return `我们有这笔${what}，微信没有`
    case 'AMOUNT':
      return `${what}金额不一致`
    case 'STATE':
      return `微信说${what}成功，我们还没入账`
    case 'FEE':
      return `${what}的手续费和约定不一样`
  }
}

/** What finance does about it before giving the reason. */
export function whatToDo(differing: Differing): string {
  switch (differing.kind) {
    case 'NOT_HERE':
      return '到微信商户平台按单号查是谁收的、收的什么钱；不是本店的，问共用商户号的人。'
    case 'NOT_THERE':
      return '到微信商户平台按单号查；真没有的，这笔钱没收到，找收款的人和车主核对。'
    case 'AMOUNT':
      return '以微信账单为准，查单据找出错的一方，多收的走退款。'
    case 'STATE':
      return '打开那张账单看付款状态；系统已问过微信仍没入账的，联系管理员。'
    case 'FEE':
      return '和微信支付的签约费率核对；费率变过的，到规则参数改「微信支付手续费率」。'
  }
}
