/** 单据: what an order has printed, and printing it. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type DocumentRow = Schema<'DocumentRow'>
export type DocumentKind = DocumentRow['kind']
export type PrintedFile = Schema<'FileRow'>

export const readDocuments = (orderId: number) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/documents', { params: { path: { repair_order_id: orderId } } }))

/** Print what the order's document of this kind says now; of additional work, of one sheet. */
export const printDocument = (orderId: number, kind: DocumentKind, sheetId: number | null, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/prints', {
    params: { path: { repair_order_id: orderId }, header: keyed(key) },
    body: { kind, additional_work_id: sheetId },
  }))

/** Print an edition again that a newer one has followed. */
export const printEdition = (id: number, key: string) =>
  take(api.POST('/api/staff/documents/{document_id}/prints', { params: { path: { document_id: id }, header: keyed(key) } }))

/** 收据 of a payment, 退款单 of a refund, 代步车协议 of a lending: printed as they stand, issued if they were not yet. */
export const printReceipt = (paymentId: number, key: string) =>
  take(api.POST('/api/staff/payments/{payment_id}/receipt-prints', { params: { path: { payment_id: paymentId }, header: keyed(key) } }))

export const printRefund = (refundId: number, key: string) =>
  take(api.POST('/api/staff/refunds/{refund_id}/paper-prints', { params: { path: { refund_id: refundId }, header: keyed(key) } }))

export const printAgreement = (lendingId: number, key: string) =>
  take(api.POST('/api/staff/lendings/{lending_id}/agreement-prints', { params: { path: { lending_id: lendingId }, header: keyed(key) } }))

const readFile = (id: number) =>
  take(api.GET('/api/staff/document-files/{document_file_id}', { params: { path: { document_file_id: id } } }))

const PAUSE_MS = 500
const TRIES = 120

/** The PDF of a print, once the server has made it: a second or two, a minute when it is busy. */
export async function readPdf(file: PrintedFile): Promise<Blob> {
  let made = file
  for (let tries = 0; made.state === 'QUEUED' && tries < TRIES; tries++) {
    await new Promise((resume) => setTimeout(resume, PAUSE_MS))
    made = await readFile(file.id)
  }
  if (made.state !== 'READY') throw new Error('单据还没生成好，请过一会儿再打印。')
  const response = await http.fetch(new Request(new URL(`/api/staff/document-files/${file.id}/pdf`, location.origin)))
  return response.blob()
}
