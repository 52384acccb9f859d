/** 卡券报表: what became of coupons, what they cost and what they brought in. */
import { api, take, type Schema } from './typed'

export type StatementBy = Schema<'StatementBy'>
export type StatementLine = Schema<'StatementLine'>

export const readCouponStatement = (query: { by?: StatementBy; months?: number; template_id?: number }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/coupon-statement', { params: { query }, signal }))
