/** 个人信息请求: what people ask about their data, each with the day it has to be answered by. */
import { api, keyed, take, type Schema } from './typed'

export type PrivacyRequest = Schema<'StaffPrivacyRequest'>
type Answer = Schema<'PrivacyAnswerIn'> | Schema<'DataCorrectionIn'>
export type AnswerPath = 'copy' | 'correction' | 'restriction' | 'deletion'

const params = (id: number, key: string) => ({ path: { privacy_request_id: id }, header: keyed(key) })

export const readPrivacyRequests = () => take(api.GET('/api/staff/privacy-requests'))

export const readPrivacyRequest = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/privacy-requests/{privacy_request_id}', { params: { path: { privacy_request_id: id } }, signal }))

export const answerPrivacyRequest = (id: number, path: AnswerPath, body: Answer, key: string) =>
  take(api.POST(`/api/staff/privacy-requests/{privacy_request_id}/${path}`, { params: params(id, key), body }))

export const refusePrivacyRequest = (id: number, answer: string, version: number, key: string) =>
  take(api.POST('/api/staff/privacy-requests/{privacy_request_id}/refusal', { params: params(id, key), body: { answer, version } }))

/** The person wants their data to be used again. */
export const liftRestriction = (customerId: number, reason: string, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/restriction-lifting', { params: { path: { customer_id: customerId }, header: keyed(key) }, body: { reason } }))
