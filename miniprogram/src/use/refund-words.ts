/** That the dealer agreed, or that WeChat accepted it, does not mean that the money is back. */
export function refundWord(refund: { state: string; is_at_desk: boolean }): string {
  if (refund.state === 'APPROVED') return refund.is_at_desk ? '已同意，到门店收银台领取' : '已同意，正在退'
  const words: Record<string, string> = { REQUESTED: '门店在审批', PROCESSING: '微信退款中', SUCCESS: '已退', ABNORMAL: '没退成，门店在处理', CLOSED: '没有退' }
  return words[refund.state] ?? '门店在处理'
}
