/** Coupon templates: drafting, approving, prolonging. */
import { api, keyed, take, type Schema } from './typed'

export type CouponTemplate = Schema<'TemplateOut'>
export type CouponTerms = Schema<'TemplateIn'>
export type CouponKind = Schema<'CouponKind'>
export type TemplateStep = Schema<'TemplateStepIn'>['action']

const at = (id: number) => ({ path: { template_id: id } })

export const readTemplates = () => take(api.GET('/api/staff/coupon-templates', { params: { query: {} } }))

export const draftTemplate = (body: CouponTerms, key: string) =>
  take(api.POST('/api/staff/coupon-templates', { params: { header: keyed(key) }, body }))

export const moveTemplate = (id: number, action: TemplateStep, version: number, key: string) =>
  take(
    api.POST('/api/staff/coupon-templates/{template_id}/steps', {
      params: { ...at(id), header: keyed(key) },
      body: { action, version },
    }),
  )

export const extendTemplate = (id: number, body: Schema<'ExtendIn'>, key: string) =>
  take(api.POST('/api/staff/coupon-templates/{template_id}/extension', { params: { ...at(id), header: keyed(key) }, body }))
