/** The words and shapes of jobs, orders, appointments, parts and bills, as the trade says them. */
import type { PayMethod } from '@/api/bills'
import { CANCELLED, lookOf, UNKNOWN, type StateLook } from '@shared/states'

export interface Named extends StateLook {
  word: string
}

const done = (word: string): Named => ({ ...lookOf('done'), word })
const active = (word: string): Named => ({ ...lookOf('active'), word })
const waiting = (word: string): Named => ({ ...lookOf('waiting'), word })
const problem = (word: string): Named => ({ ...lookOf('problem'), word })
const idle = (word: string): Named => ({ ...lookOf('idle'), word })
const ended = (word: string): Named => ({ ...CANCELLED, word })

const LINES: Record<string, Named> = {
  PROPOSED: waiting('待决定'),
  AUTHORISED: idle('待派工'),
  DECLINED: ended('暂不做'),
  ASSIGNED: idle('待做'),
  WORKING: active('施工中'),
  PAUSED: waiting('已暂停'),
  DONE: done('完成'),
  QC_OK: done('质检通过'),
  QC_FAIL: problem('返工'),
  CANCELLED: ended('已取消'),
}

const PAUSES: Record<string, string> = { WAIT_PARTS: '等配件', WAIT_OWNER: '等车主', OTHER: '已暂停' }

export function lineState(line: { state: string; pause_reason: string | null }): Named {
  if (line.state === 'PAUSED') return waiting(PAUSES[line.pause_reason ?? 'OTHER'] ?? '已暂停')
  return LINES[line.state] ?? { ...UNKNOWN, word: line.state }
}

const ORDERS: Record<string, Named> = {
  OPENED: active('已接车'),
  PRECHECKED: active('待报价'),
  ESTIMATED: waiting('等车主授权'),
  AUTHORISED: idle('待派工'),
  LEFT: ended('未修离店'),
  DISPATCHED: idle('待开工'),
  IN_PROGRESS: active('施工中'),
  WAIT_OWNER: waiting('等车主'),
  WAIT_PARTS: waiting('等配件'),
  QC_PENDING: waiting('待质检'),
  QC_PASSED: done('质检通过'),
  WASHING: active('洗车中'),
  READY: done('已完工'),
  BILLED: waiting('待确认账单'),
  BILL_CONFIRMED: waiting('待付款'),
  PAID: done('已付'),
  DELIVERED: done('已交车'),
  CLOSED: done('已关闭'),
  VOID: ended('已作废'),
}

export const orderState = (state: string): Named => ORDERS[state] ?? { ...UNKNOWN, word: state }

const APPOINTMENTS: Record<string, Named> = {
  REQUESTED: waiting('待确认'),
  CONFIRMED: active('待到店'),
  ARRIVED: waiting('待接车'),
  CONVERTED: done('已接车'),
  CANCELLED: ended('已取消'),
  EXPIRED: ended('已过期'),
  NO_SHOW: problem('没来'),
}

export const appointmentState = (state: string): Named => APPOINTMENTS[state] ?? { ...UNKNOWN, word: state }

const PARTS: Record<string, Named> = {
  REQUESTED: idle('待备料'),
  RESERVED: active('已留件'),
  ISSUED: done('已领'),
  USED: done('已用'),
  RETURNED: ended('已退库'),
  BACKORDERED: problem('缺料'),
  ARRIVED: done('已到货'),
  CANCELLED: ended('已取消'),
}

export const partState = (state: string): Named => PARTS[state] ?? { ...UNKNOWN, word: state }

const ASKS: Record<string, Named> = {
  ASKED: waiting('等配件员答复'),
  GIVEN: done('给了'),
  REFUSED: ended('没给'),
  WITHDRAWN: ended('不用了'),
  LAPSED: ended('项目已结束'),
}
/** 要车主同意: where the sheet stands on which the owner decides. */
const DECISIONS: Record<string, Named> = {
  FOUND: waiting('要车主同意，等顾问定价'),
  PRICED: waiting('要车主同意，等顾问发送'),
  SENT: waiting('等车主决定'),
  EXPIRED: waiting('等车主决定'),
  APPROVED: done('车主同意了'),
  DECLINED: ended('车主不同意'),
  WITHDRAWN: ended('增项已撤回'),
}

export const askState = (ask: { state: string; decision: string | null }): Named =>
  (ask.state === 'TO_OWNER' ? DECISIONS[ask.decision ?? 'FOUND'] : ASKS[ask.state]) ?? { ...UNKNOWN, word: ask.state }

const BILLS: Record<string, Named> = {
  DRAFT: idle('未发送'),
  SENT: waiting('待确认'),
  CONFIRMED: waiting('待付款'),
  PARTLY_PAID: waiting('付了一部分'),
  PAID: done('已付'),
  PARTLY_REFUNDED: done('部分退款'),
  REFUNDED: ended('已退款'),
  SETTLED: done('已结清'),
}

export const billState = (state: string): Named => BILLS[state] ?? { ...UNKNOWN, word: state }

const PAY_METHODS: Record<PayMethod, string> = { WECHAT_JSAPI: '微信支付', WECHAT_CODE: '微信付款码', CASH: '现金', CARD: '刷卡', TRANSFER: '转账', ACCOUNT: '月结挂账', DEPOSIT: '预存款' }

/** How money came; one we do not know yet is never shown by its code. */
export const payMethod = (method: string): string => PAY_METHODS[method as PayMethod] ?? '其他方式'

export const PAYERS: Record<string, string> = { CP: '自费', W: '三包', I: '保险', N: '内部', G: '善意' }

/** A line that still has to end before the car can be settled. */
export const isOpen = (state: string): boolean => !['DECLINED', 'CANCELLED', 'QC_OK', 'PROPOSED'].includes(state)
