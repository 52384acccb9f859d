/** What a plan's coupons may cost, in words; few people expected is not nothing. */
import { yuan } from '@shared/format'
import type { Estimate } from '@/api/broadcasts'
import type { CouponTemplate } from '@/api/coupons'
import { mostOff } from '../coupons/terms'

/** `约 36,150.00`, `不到 200.00` when less than one is expected to come, `按项目价` where a price list tells. */
export function couponCostWords(coupon: CouponTemplate | null, estimate: Estimate): string {
  const most = coupon && mostOff(coupon)
  if (most == null) return '按项目价'
  return estimate.expected_arrived > 0 ? `约 ${yuan(estimate.expected_arrived * most)}` : `不到 ${yuan(most)}`
}
