/** How far a refund is, in words. That WeChat accepted it does not mean that the money is back. */
import { CANCELLED, lookOf, UNKNOWN, type StateLook } from '@shared/states'
import type { DeskRefund } from '@/api/bills'

/** Banks whose debit cards take a refund that could not go back the way it came, as WeChat Pay names them. */
export const BANKS = Object.entries({
  ICBC_DEBIT: '工商银行', ABC_DEBIT: '农业银行', BOC_DEBIT: '中国银行', CCB_DEBIT: '建设银行', COMM_DEBIT: '交通银行', CMB_DEBIT: '招商银行', PSBC_DEBIT: '邮储银行', CITIC_DEBIT: '中信银行',
  CEB_DEBIT: '光大银行', CMBC_DEBIT: '民生银行', CIB_DEBIT: '兴业银行', SPDB_DEBIT: '浦发银行', GDB_DEBIT: '广发银行', PAB_DEBIT: '平安银行', HXB_DEBIT: '华夏银行',
}).map(([value, word]) => ({ value, word }))

type Named = StateLook & { word: string }

const STATES: Record<string, Named> = {
  REQUESTED: { ...lookOf('waiting'), word: '待审批' },
  APPROVED: { ...lookOf('active'), word: '已批准，正在退' },
  PROCESSING: { ...lookOf('active'), word: '微信正在退' },
  SUCCESS: { ...lookOf('done'), word: '已退' },
  ABNORMAL: { ...lookOf('problem'), word: '没退成，要人处理' },
  CLOSED: { ...CANCELLED, word: '没有退' },
}

export function refundState(row: DeskRefund): Named {
  if (row.is_to_pay_out) return { ...lookOf('waiting'), word: '待退给客户' }
  return STATES[row.state] ?? { ...UNKNOWN, word: row.state }
}

/** What somebody typed as yuan, in fen; nothing typed is nothing wanted, and null is no sum. */
export function wantedFen(typed: string): number | null {
  const text = typed.trim()
  if (!text) return 0
  return /^\d{1,8}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : null
}
