/** What belongs to a bill: its invoice, the lines the owner disputes, and paying it at the counter. */
import { call, type Answer } from './client'

export type InvoicePage = Answer<'get', '/api/owner/bills/{bill_id}/invoice'>
export type InvoiceRequest = InvoicePage['requests'][number]
export type KeptTitle = InvoicePage['titles'][number]
export type TitleDraft = Omit<KeptTitle, 'id'>
export type InvoiceKind = InvoiceRequest['kind']
export type DisputePage = Answer<'get', '/api/owner/bills/{bill_id}/disputes'>
export type Dispute = DisputePage['disputes'][number]

const bill = (bill_id: number) => ({ path: { bill_id } })

export const papers = {
  invoice: (billId: number) => call('get', '/api/owner/bills/{bill_id}/invoice', bill(billId)),
  askForInvoice: (billId: number, kind: InvoiceKind, title: TitleDraft, key: string) =>
    call('post', '/api/owner/bills/{bill_id}/invoice', { ...bill(billId), body: { kind, title }, key }),
  withdrawInvoice: (asked: InvoiceRequest, key: string) =>
    call('post', '/api/owner/invoice-requests/{invoice_request_id}/withdrawal', { path: { invoice_request_id: asked.id }, body: { version: asked.version }, key }),
  forgetTitle: (title_id: number) => call('delete', '/api/owner/invoice-titles/{title_id}', { path: { title_id } }),

  disputes: (billId: number) => call('get', '/api/owner/bills/{bill_id}/disputes', bill(billId)),
  dispute: (billId: number, line_no: number, reason: string, key: string) =>
    call('post', '/api/owner/bills/{bill_id}/disputes', { ...bill(billId), body: { line_no, reason }, key }),
  withdrawDispute: (raised: Dispute, key: string) =>
    call('post', '/api/owner/bill-disputes/{dispute_id}/withdrawal', { path: { dispute_id: raised.id }, body: { version: raised.version }, key }),

  counter: (billId: number) => call('get', '/api/owner/bills/{bill_id}/counter', bill(billId)),
}
