/** What owners ask the desk for: invoices, and answers to disputed lines of a bill. */
import { api, keyed, take, type Schema } from './typed'

export type InvoiceRequest = Schema<'InvoiceRequestRow'>
export type BillDispute = Schema<'DisputeRow'>
export type RedReason = Schema<'RedReason'>

const request = (id: number, key: string) => ({ path: { invoice_request_id: id }, header: keyed(key) })
const dispute = (id: number, key: string) => ({ path: { dispute_id: id }, header: keyed(key) })

export const readInvoiceRequests = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/invoice-requests', { params: { query: { store_id: storeId } }, signal }))

export const readInvoiceRequest = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/invoice-requests/{invoice_request_id}', { params: { path: { invoice_request_id: id } }, signal }))

export const issueInvoice = (id: number, number: string, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/issue', { params: request(id, key), body: { number, version } }))

export const refuseInvoice = (id: number, why: string, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/refusal', { params: request(id, key), body: { why, version } }))

export const orderInvoice = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/order', { params: request(id, key), body: { version } }))

/** 收回 what lies at a service that is not set up any more. */
export const takeOverInvoice = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/taking-over', { params: request(id, key), body: { version } }))

export const orderRedInvoice = (id: number, reason: RedReason, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/red-order', { params: request(id, key), body: { reason, version } }))

export const recordRedInvoice = (id: number, reason: RedReason, number: string, version: number, key: string) =>
  take(api.POST('/api/staff/invoice-requests/{invoice_request_id}/red', { params: request(id, key), body: { reason, number, version } }))

export const readBillDisputes = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/bill-disputes', { params: { query: { store_id: storeId } }, signal }))

export const readBillDispute = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/bill-disputes/{dispute_id}', { params: { path: { dispute_id: id } }, signal }))

export const takeBillDispute = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/bill-disputes/{dispute_id}/acknowledgement', { params: dispute(id, key), body: { version } }))

export const readDisputesOfBill = (billId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/bills/{bill_id}/disputes', { params: { path: { bill_id: billId } }, signal }))

export const noteBillDispute = (billId: number, lineNo: number, reason: string, isHeld: boolean, key: string) =>
  take(
    api.POST('/api/staff/bills/{bill_id}/disputes', {
      params: { path: { bill_id: billId }, header: keyed(key) },
      body: { line_no: lineNo, reason, is_held: isHeld },
    }),
  )

export const answerBillDispute = (id: number, outcome: 'CORRECTED' | 'UPHELD', words: string, takenOffFen: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/bill-disputes/{dispute_id}/answer', {
      params: dispute(id, key),
      body: { outcome, words, taken_off_fen: takenOffFen, version },
    }),
  )

/** How many wait at the desk, and how many too long. */
export const readDeskRequests = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/desk-requests', { params: { query: { store_id: storeId } }, signal }))
