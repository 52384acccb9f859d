/** What a broadcast's coupons may cost, in words; less than one expected person is not shown as zero. */
import { yuan } from '@shared/format'
import type { Estimate } from '@/api/broadcasts'
import type { CouponTemplate } from '@/api/coupons'
import { mostOff } from '../coupons/terms'

/** `约 36,150.00`; `不到 200.00` when less than one is expected to come. */
export function couponCostWords(coupon: CouponTemplate | null, estimate: Estimate): string {
  if (estimate.expected_arrived > 0) return `约 ${yuan(estimate.coupon_fen)}`
  const most = coupon && mostOff(coupon)
  return most == null ? '不到一张' : `不到 ${yuan(most)}`
}
