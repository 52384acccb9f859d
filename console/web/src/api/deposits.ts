/** 预存款: what customers paid ahead. */
import { api, keyed, take, type Schema } from './typed'
import type { DeskMethod } from './bills'

export type Deposit = Schema<'DepositRow'>
export type DepositPage = Schema<'DepositPage'>

export const readDeposits = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/deposits', { params: { query: { store_id: storeId } }, signal }))

export const readDeposit = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/deposits/{deposit_id}', { params: { path: { deposit_id: id } }, signal }))

export const payAhead = (storeId: number, customerId: number, amountFen: number, method: DeskMethod, receipt: string, orderId: number | null, key: string) =>
  take(
    api.POST('/api/staff/deposits', {
      params: { header: keyed(key) },
      body: { store_id: storeId, customer_id: customerId, amount_fen: amountFen, method, receipt_number: receipt, repair_order_id: orderId },
    }),
  )

export const payAheadByCode = (storeId: number, customerId: number, amountFen: number, authCode: string, orderId: number | null) =>
  take(
    api.PUT('/api/staff/deposits/code-payment', {
      body: { store_id: storeId, customer_id: customerId, amount_fen: amountFen, auth_code: authCode, repair_order_id: orderId },
    }),
  )

export const useDepositOn = (billId: number, amountFen: number, version: number, key: string) =>
  take(api.POST('/api/staff/bills/{bill_id}/deposit-use', { params: { path: { bill_id: billId }, header: keyed(key) }, body: { amount_fen: amountFen, version } }))

export const askDepositBack = (paymentId: number, amountFen: number, reason: string, key: string) =>
  take(api.POST('/api/staff/deposits/refunds', { params: { header: keyed(key) }, body: { payment_id: paymentId, amount_fen: amountFen, reason } }))
