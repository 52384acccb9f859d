/** 月结 in the words of finance. */
import type { MonthlyAccount, MonthlyAccountPage } from '@/api/monthly-accounts'
import { money } from '@shared/format'
import type { Meaning } from '@shared/states'

const STATES: Record<MonthlyAccount['state'], { meaning: Meaning; word: string }> = {
  REQUESTED: { meaning: 'waiting', word: '待审批' },
  ACTIVE: { meaning: 'done', word: '启用' },
  STOPPED: { meaning: 'idle', word: '已停用' },
  REFUSED: { meaning: 'idle', word: '没有批准' },
}

/** An account that is overdue takes no bill, whatever else it is. */
export function accountState(account: Pick<MonthlyAccount, 'state' | 'overdue_fen'>): { meaning: Meaning; word: string } {
  return account.overdue_fen ? { meaning: 'problem', word: '逾期停挂' } : STATES[account.state]
}

export function entrySentence(entry: MonthlyAccountPage['entries'][number]): string {
  const sum = money(Math.abs(entry.amount_fen))
  return {
    CHARGED: `挂账 ${sum}，工单 ${entry.number ?? ''}，记入 ${entry.month_ends_on ?? ''} 账期`,
    REPAID: `还款 ${sum}，流水号 ${entry.reference}`,
    REFUNDED: `工单 ${entry.number ?? ''} 退款 ${sum}，冲减欠款`,
  }[entry.kind]
}
