/** How a request stands, and where the thing itself is shown. */
import type { Meaning, Shape } from '@shared/states'
import type { Approval } from '@/api/approvals'

export const APPROVAL_STATES: Record<string, { word: string; meaning: Meaning; shape?: Shape }> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING: { word: '待审批', meaning: 'waiting' },
  APPROVED: { word: '已同意', meaning: 'done' },
  REFUSED: { word: '已驳回', meaning: 'problem' },
  WITHDRAWN: { word: '已撤回', meaning: 'idle', shape: 'dash' },
  EXPIRED: { word: '超时未批', meaning: 'idle', shape: 'dash' },
  INVALIDATED: { word: '内容已变化，作废', meaning: 'idle', shape: 'dash' },
}

export function pageOf(about: string): string | null {
  const [kind, id] = about.split(':')
  if (kind === 'broadcast') return `/marketing/broadcasts/${id}?step=4`
  if (kind === 'group_post') return `/marketing/group-posts/${id}`
  if (kind === 'moment') return `/marketing/moments/${id}`
  if (kind === 'standing_plan') return `/marketing/standing-plans/${id}`
  if (kind === 'coupon_template') return '/marketing/coupons'
  if (kind === 'coupon_voiding') return '/marketing/coupon-list'
  if (kind === 'repair_order') return `/repair-orders/${id}`
  return null
}

/** The id of the thing itself where it is of this kind: `broadcast`, `coupon_template`, `coupon_voiding`, `refund`. */
export function idOf(approval: Approval, wanted: string): number | null {
  const [kind, id] = approval.about.split(':')
  return kind === wanted ? Number(id) : null
}

/** What the button of a decision says, and what it does, where that cannot be taken back. */
export interface Consequence {
  act: string
  sentence: string
}
