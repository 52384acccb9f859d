/** Coupons one by one: voiding them with somebody else's agreement, freezing and unfreezing. */
import { api, keyed, take, type Schema } from './typed'

export type CouponRow = Schema<'CouponRow'>
export type CouponState = Schema<'CouponState'>
type Question = { template_id?: number; state?: CouponState; source?: string; cursor?: string }

export const readCouponRows = (query: Question, signal?: AbortSignal) => take(api.GET('/api/staff/coupons', { params: { query }, signal }))

/** Without chosen coupons it is about all of the template that nobody has used. */
export const askToVoid = (templateId: number, coupon_ids: number[], reason: string, key: string) =>
  take(
    api.POST('/api/staff/coupon-templates/{template_id}/voidings', {
      params: { path: { template_id: templateId }, header: keyed(key) },
      body: { coupon_ids, reason },
    }),
  )

export const readVoiding = (id: number) => take(api.GET('/api/staff/coupon-voidings/{voiding_id}', { params: { path: { voiding_id: id } } }))

export const freezeCoupons = (coupon_ids: number[], reason: string, key: string) =>
  take(api.POST('/api/staff/coupon-freezings', { params: { header: keyed(key) }, body: { coupon_ids, reason } }))

export const unfreezeCoupon = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/coupons/{coupon_id}/unfreezing', { params: { path: { coupon_id: id }, header: keyed(key) }, body: { version } }))
