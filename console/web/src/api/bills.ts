/** The bill of an order, money at the desk, and giving the car back. */
import { ApiError } from '@shared/http'
import { api, keyed, take, type Schema } from './typed'

export type Bill = Schema<'StaffBillOut'>
export type BillRow = Schema<'StaffBillRow'>
export type HandOver = Schema<'HandOverStanding'>

const orderAt = (id: number, key: string) => ({ path: { repair_order_id: id }, header: keyed(key) })
const billAt = (id: number, key: string) => ({ path: { bill_id: id }, header: keyed(key) })

/** The bill of an order, or null while there is none. */
export async function findBill(orderId: number): Promise<Bill | null> {
  return noneYet(
    take(api.GET('/api/staff/repair-orders/{repair_order_id}/bill', { params: { path: { repair_order_id: orderId } } })),
  )
}

export const makeBill = (orderId: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/bill', { params: orderAt(orderId, key) }))

export const sendBill = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/bills/{bill_id}/sending', { params: billAt(id, key), body: { version } }))

export const recallBill = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/bills/{bill_id}/recall', { params: billAt(id, key), body: { version } }))

export type RefundPage = Schema<'RefundPage'>

export const readRefund = (id: number) =>
  take(api.GET('/api/staff/refunds/{refund_id}', { params: { path: { refund_id: id } } }))

export const readBill = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/bills/{bill_id}', { params: { path: { bill_id: id } }, signal }))

export const readBills = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/bills', { params: { query: { store_id: storeId } }, signal }))

export const readBillsOf = (customerId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/bills', { params: { path: { customer_id: customerId } }, signal }))

export type RefundableBill = Schema<'RefundableBill'>

export const readRefundable = (billId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/bills/{bill_id}/refundable', { params: { path: { bill_id: billId } }, signal }))

export const requestRefund = (billId: number, lines: { line_no: number; amount_fen: number }[], reason: string, paymentId: number, key: string) =>
  take(
    api.POST('/api/staff/bills/{bill_id}/refunds', {
      params: billAt(billId, key),
      body: { lines, reason, payment_id: paymentId },
    }),
  )

export type DeskRefund = Schema<'DeskRefundRow'>

export const readDeskRefunds = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/desk-refunds', { params: { query: { store_id: storeId } }, signal }))

export const payOut = (id: number, method: DeskMethod, reference: string, key: string) =>
  take(
    api.POST('/api/staff/refunds/{refund_id}/pay-out', {
      params: { path: { refund_id: id }, header: keyed(key) },
      body: { method, reference },
    }),
  )

export interface RefundCard {
  to: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  bank: string
  account: string
  holder: string
}

export const redirectRefund = (id: number, card: RefundCard) =>
  take(api.PUT('/api/staff/refunds/{refund_id}/redirect', { params: { path: { refund_id: id } }, body: card }))

export type OutsideMovement = Schema<'OutsideMovementOut'>

export const readOutsideMovements = () => take(api.GET('/api/staff/outside-movements'))

export const settleOutside = (id: number, reason: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/outside-movements/{movement_id}/settlement', {
      params: { path: { movement_id: id }, header: keyed(key) },
      body: { reason, version },
    }),
  )

export const lookUpRefund = (id: number, number: string) =>
  take(
    api.PUT('/api/staff/outside-movements/{movement_id}/refund-number', {
      params: { path: { movement_id: id } },
      body: { out_refund_no: number },
    }),
  )

export type DeskMethod = 'CASH' | 'CARD' | 'TRANSFER'
/** How money came, as the server names it. */
export type PayMethod = 'WECHAT_JSAPI' | 'WECHAT_CODE' | 'ACCOUNT' | 'DEPOSIT' | DeskMethod

export type CodePayment = Schema<'CodePaymentRow'>

export const receiveByCode = (id: number, authCode: string, amountFen: number, version: number) =>
  take(api.PUT('/api/staff/bills/{bill_id}/code-payment', { params: { path: { bill_id: id } }, body: { auth_code: authCode, amount_fen: amountFen, version } }))

export const readCodePayment = (id: number) =>
  take(api.GET('/api/staff/code-payments/{payment_id}', { params: { path: { payment_id: id } } }))

export const cancelCodePayment = (id: number) =>
  take(api.DELETE('/api/staff/code-payments/{payment_id}', { params: { path: { payment_id: id } } }))

/** Close what the owner's phone has not paid; if it was paid by now, that counts. */
export const closePhonePayment = (id: number) => take(api.DELETE('/api/staff/payments/{payment_id}', { params: { path: { payment_id: id } } }))

export const receiveAtDesk = (id: number, amountFen: number, method: DeskMethod, receipt: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/bills/{bill_id}/offline-payments', {
      params: billAt(id, key),
      body: { amount_fen: amountFen, method, receipt_number: receipt, version },
    }),
  )

export async function findHandOver(orderId: number): Promise<HandOver | null> {
  return noneYet(
    take(
      api.GET('/api/staff/repair-orders/{repair_order_id}/hand-over', { params: { path: { repair_order_id: orderId } } }),
    ),
  )
}

export interface HandedOver {
  is_key_given: boolean
  are_old_parts_settled: boolean
  is_settlement_sheet_given: boolean
  are_valuables_given: boolean
}

export const offerHandOver = (orderId: number, body: HandedOver, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/hand-over', { params: orderAt(orderId, key), body }))

export const noteDeparture = (orderId: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/hand-over/departure', { params: orderAt(orderId, key) }))

export const settleHandOver = (orderId: number, resolution: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/hand-over/settlement', {
      params: orderAt(orderId, key),
      body: { resolution, version },
    }),
  )

async function noneYet<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (reason) {
    if (reason instanceof ApiError && reason.status === 404) return null
    throw reason
  }
}
