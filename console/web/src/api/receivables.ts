/** 应收: what makers, insurers and the house owe. */
import { api, keyed, take, type Schema } from './typed'

export type Receivable = Schema<'ReceivableRow'>
export type ReceivablePage = Schema<'ReceivablePage'>
export type CostCentre = Schema<'CostCentre'>
export type Submission = Omit<Schema<'SubmissionIn'>, 'version'>

const at = (id: number, key: string) => ({ path: { receivable_id: id }, header: keyed(key) })

export const readReceivables = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/receivables', { params: { query: { store_id: storeId } }, signal }))

export const readReceivable = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/receivables/{receivable_id}', { params: { path: { receivable_id: id } }, signal }))

export const submitReceivable = (id: number, given: Submission, version: number, key: string) =>
  take(api.POST('/api/staff/receivables/{receivable_id}/submission', { params: at(id, key), body: { ...given, version } }))

export const answerReceivable = (id: number, acceptedFen: number, words: string, version: number, key: string) =>
  take(api.POST('/api/staff/receivables/{receivable_id}/acceptance', { params: at(id, key), body: { accepted_fen: acceptedFen, words, version } }))

export const bookReceivable = (id: number, amountFen: number, reference: string, receivedOn: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/receivables/{receivable_id}/receipts', {
      params: at(id, key),
      body: { amount_fen: amountFen, reference, received_on: receivedOn, version },
    }),
  )

export const bearReceivable = (id: number, costCentre: CostCentre, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/receivables/{receivable_id}/bearing', { params: at(id, key), body: { cost_centre: costCentre, reason, version } }))
