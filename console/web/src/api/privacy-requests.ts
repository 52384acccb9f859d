/** 个人信息请求: what people ask about their data, each with the day it has to be answered by. */
import { http } from './client'
import { api, keyed, take, type Schema } from './typed'

export type PrivacyRequest = Schema<'StaffPrivacyRequest'>
type Answer = Schema<'PrivacyAnswerIn'> | Schema<'DataCorrectionIn'>
export type AnswerPath = 'copy' | 'correction' | 'restriction' | 'deletion'

const params = (id: number, key: string) => ({ path: { privacy_request_id: id }, header: keyed(key) })

export const readPrivacyRequests = () => take(api.GET('/api/staff/privacy-requests'))

export const readPrivacyRequest = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/privacy-requests/{privacy_request_id}', { params: { path: { privacy_request_id: id } }, signal }))

/** What somebody without an account asked by phone, at the desk or by letter. */
export const writeDownRequest = (body: Schema<'WrittenDownIn'>, key: string) =>
  take(api.POST('/api/staff/privacy-requests', { params: { header: keyed(key) }, body }))

export const noteWithdrawal = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/privacy-requests/{privacy_request_id}/withdrawal', { params: params(id, key), body: { version } }))

/** The copy for a person who has no account to read it in. */
export async function readCopy(id: number, kind: 'html' | 'json'): Promise<Blob> {
  const response = await http.fetch(new Request(new URL(`/api/staff/privacy-requests/${id}/copy.${kind}`, location.origin)))
  return response.blob()
}

export const answerPrivacyRequest = (id: number, path: AnswerPath, body: Answer, key: string) =>
  take(api.POST(`/api/staff/privacy-requests/{privacy_request_id}/${path}`, { params: params(id, key), body }))

export const refusePrivacyRequest = (id: number, answer: string, version: number, key: string) =>
  take(api.POST('/api/staff/privacy-requests/{privacy_request_id}/refusal', { params: params(id, key), body: { answer, version } }))

/** The person wants their data to be used again. */
export const liftRestriction = (customerId: number, reason: string, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/restriction-lifting', { params: { path: { customer_id: customerId }, header: keyed(key) }, body: { reason } }))
