/** Coupon templates: drafting, submitting, prolonging. */
import { api, keyed, take, type Schema } from './typed'

export type CouponTemplate = Schema<'TemplateRow'>
export type CouponTerms = Schema<'TemplateIn'>
export type CouponKind = Schema<'CouponKind'>
export type TemplateStep = Schema<'TemplateStepIn'>['action']

const at = (id: number) => ({ path: { template_id: id } })

export const readTemplates = () => take(api.GET('/api/staff/coupon-templates', { params: { query: {} } }))

export const readTemplate = (id: number) => take(api.GET('/api/staff/coupon-templates/{template_id}', { params: at(id) }))

export const readCouponItems = () => take(api.GET('/api/staff/coupon-items'))

export const draftTemplate = (body: CouponTerms, key: string) =>
  take(api.POST('/api/staff/coupon-templates', { params: { header: keyed(key) }, body }))

export const editTemplate = (id: number, body: Schema<'TemplateEditIn'>) =>
  take(api.PUT('/api/staff/coupon-templates/{template_id}', { params: at(id), body }))

export const submitTemplate = (id: number, version: number, key: string, note = '') =>
  take(
    api.POST('/api/staff/coupon-templates/{template_id}/submission', {
      params: { ...at(id), header: keyed(key) },
      body: { version, note },
    }),
  )

export const moveTemplate = (id: number, action: TemplateStep, version: number, key: string) =>
  take(
    api.POST('/api/staff/coupon-templates/{template_id}/steps', {
      params: { ...at(id), header: keyed(key) },
      body: { action, version },
    }),
  )

export const extendTemplate = (id: number, body: Schema<'ExtendIn'>, key: string) =>
  take(api.POST('/api/staff/coupon-templates/{template_id}/extension', { params: { ...at(id), header: keyed(key) }, body }))

export const lowerTemplate = (id: number, body: Schema<'LowerIn'>, key: string) =>
  take(api.POST('/api/staff/coupon-templates/{template_id}/reduction', { params: { ...at(id), header: keyed(key) }, body }))

export type ScannedCoupon = Schema<'ScannedCoupon'>
export type BillForCoupon = Schema<'BillForCoupon'>
export type OrderForCoupon = Schema<'OrderForCoupon'>

/** No key: a code is taken once, and a second scan by the same person finds the first. */
export const scanCoupon = (code: string, storeId: number) =>
  take(api.POST('/api/staff/coupon-scans', { body: { code, store_id: storeId } }))

export const useScannedCoupon = (scanId: number, billId: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/coupon-scans/{scan_id}/use', {
      params: { path: { scan_id: scanId }, header: keyed(key) },
      body: { bill_id: billId, version },
    }),
  )

/** A free item needs no bill when the car was given back. */
export const readOrdersForCoupon = (scanId: number, storeId: number) =>
  take(api.GET('/api/staff/coupon-scans/{scan_id}/orders', { params: { path: { scan_id: scanId }, query: { store_id: storeId } } }))

export const redeemScannedCoupon = (scanId: number, orderId: number, key: string) =>
  take(
    api.POST('/api/staff/coupon-scans/{scan_id}/redemption', {
      params: { path: { scan_id: scanId }, header: keyed(key) },
      body: { repair_order_id: orderId },
    }),
  )

/** The bill of an owner who pays at the counter, by the code they show. */
export const findBillByCode = (code: string) => take(api.POST('/api/staff/bill-scans', { body: { code } }))
