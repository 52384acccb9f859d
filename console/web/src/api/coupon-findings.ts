/** 卡券风险: coupons that look farmed, and what somebody decides about them. */
import { api, keyed, take, type Schema } from './typed'

export type FindingRow = Schema<'FindingRow'>
export type FindingKind = Schema<'FindingKind'>
export type FindingState = Schema<'FindingState'>

export const readFindings = (query: { state?: FindingState; kind?: FindingKind; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/coupon-findings', { params: { query }, signal }))

const decided = (id: number, key: string) => ({ path: { finding_id: id }, header: keyed(key) })

export const confirmFinding = (id: number, body: Schema<'FindingDecisionIn'>, key: string) =>
  take(api.POST('/api/staff/coupon-findings/{finding_id}/confirmation', { params: decided(id, key), body }))

export const clearFinding = (id: number, body: Schema<'FindingDecisionIn'>, key: string) =>
  take(api.POST('/api/staff/coupon-findings/{finding_id}/clearance', { params: decided(id, key), body }))
