/** What belongs to a bill: its invoice, the lines the owner disputes, and paying it at the counter. */
import { ApiError, call, showPdf, type Answer } from './client'

export type InvoicePage = Answer<'get', '/api/owner/bills/{bill_id}/invoice'>
export type InvoiceRequest = InvoicePage['requests'][number]
export type KeptTitle = InvoicePage['titles'][number]
export type TitleDraft = Omit<KeptTitle, 'id'>
export type InvoiceKind = InvoiceRequest['kind']
export type DisputePage = Answer<'get', '/api/owner/bills/{bill_id}/disputes'>
export type RefundPage = Answer<'get', '/api/owner/bills/{bill_id}/refunds'>
export type Dispute = DisputePage['disputes'][number]

export type OwnersDocument = Answer<'get', '/api/owner/repair-orders/{repair_order_id}/documents'>[number]

/** The file of a document is made when somebody first wants it, in a second or two. */
const PAUSE_MS = 700
const TRIES = 40

const bill = (bill_id: number) => ({ path: { bill_id } })

export const papers = {
  invoice: (billId: number) => call('get', '/api/owner/bills/{bill_id}/invoice', bill(billId)),
  askForInvoice: (billId: number, kind: InvoiceKind, title: TitleDraft, key: string) =>
    call('post', '/api/owner/bills/{bill_id}/invoice', { ...bill(billId), body: { kind, title }, key }),
  withdrawInvoice: (asked: InvoiceRequest, key: string) =>
    call('post', '/api/owner/invoice-requests/{invoice_request_id}/withdrawal', { path: { invoice_request_id: asked.id }, body: { version: asked.version }, key }),
  forgetTitle: (title_id: number) => call('delete', '/api/owner/invoice-titles/{title_id}', { path: { title_id } }),

  disputes: (billId: number) => call('get', '/api/owner/bills/{bill_id}/disputes', bill(billId)),
  dispute: (billId: number, line_no: number, reason: string, is_held: boolean, key: string) =>
    call('post', '/api/owner/bills/{bill_id}/disputes', { ...bill(billId), body: { line_no, reason, is_held }, key }),
  withdrawDispute: (raised: Dispute, key: string) =>
    call('post', '/api/owner/bill-disputes/{dispute_id}/withdrawal', { path: { dispute_id: raised.id }, body: { version: raised.version }, key }),

  refunds: (billId: number) => call('get', '/api/owner/bills/{bill_id}/refunds', bill(billId)),
  askForRefund: (billId: number, lines: { line_no: number; amount_fen: number }[], reason: string, key: string) =>
    call('post', '/api/owner/bills/{bill_id}/refunds', { ...bill(billId), body: { lines, reason }, key }),
  withdrawRefund: (refund_id: number, key: string) => call('post', '/api/owner/refunds/{refund_id}/withdrawal', { path: { refund_id }, key }),

  documents: (repair_order_id: number) => call('get', '/api/owner/repair-orders/{repair_order_id}/documents', { path: { repair_order_id } }),
  /** Opens one's copy. */
  openDocument: async ({ id, title, number }: OwnersDocument): Promise<void> => {
    const made = () => call('post', '/api/owner/documents/{document_id}/copy', { path: { document_id: id } })
    for (let tries = 0; !(await made()).is_ready; tries += 1) {
      if (tries === TRIES) throw new ApiError(0, 'not_ready', '单据还在生成，请过一会儿再打开。')
      await new Promise((resume) => setTimeout(resume, PAUSE_MS))
    }
    await showPdf('/api/owner/documents/{document_id}/pdf', { document_id: id }, `${title}-${number}.pdf`)
  },

  counter: (billId: number) => call('get', '/api/owner/bills/{bill_id}/counter', bill(billId)),
}
