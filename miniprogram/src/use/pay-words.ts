interface Part {
  id: number
  method: string
  amount_fen: number
  at: string
}

const WORDS: Record<string, string> = { WECHAT_JSAPI: '微信支付', WECHAT_CODE: '付款码', CASH: '现金', CARD: '刷卡', TRANSFER: '转账', ACCOUNT: '公司月结' }

/** How a part of a bill was paid. */
export const payWord = (method: string): string => WORDS[method] ?? '其他方式'

/**
 * The parts worth telling: those of a bill that is not paid yet, and those of one that was paid in several. What was
 * paid ahead has a row of its own.
 */
export function partsPaid<T extends Part>(payments: readonly T[], isPaid: boolean): T[] {
  return isPaid && payments.length < 2 ? [] : payments.filter((part) => part.method !== 'DEPOSIT')
}
