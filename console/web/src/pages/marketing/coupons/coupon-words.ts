/** How one coupon stands, and how it came to its holder. */
import type { Meaning, Shape } from '@shared/states'
import type { CouponState } from '@/api/coupon-keeping'

export const COUPON_STATES: Record<CouponState, { word: string; meaning: Meaning; shape?: Shape }> = {
  ISSUED: { word: '待领取', meaning: 'waiting' },
  AVAILABLE: { word: '可用', meaning: 'done' },
  LOCKED: { word: '使用中', meaning: 'active' },
  REDEEMED: { word: '已核销', meaning: 'done', shape: 'dash' },
  EXPIRED: { word: '已过期', meaning: 'idle', shape: 'dash' },
  VOID: { word: '已作废', meaning: 'idle', shape: 'dash' },
  FROZEN: { word: '已冻结', meaning: 'problem' },
}

export const SOURCES: Record<string, string> = { gift: '员工赠送', campaign: '群发', new_friend: '新好友见面礼', after_visit: '到店后自动送', birthday: '生日自动送', standing_plan: '定期计划送', system: '系统', import: '旧系统带来' }

export const canBeVoided = (state: CouponState): boolean => ['ISSUED', 'AVAILABLE', 'FROZEN'].includes(state)
