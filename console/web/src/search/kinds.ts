/** What the search box finds: each kind's word, how its states read, and where a line of it leads. */
import type { RouteLocationRaw } from 'vue-router'
import type { Meaning, Shape } from '@shared/states'
import type { Found, FoundKind } from '@/api/search'
import { BROADCAST_STATES } from '@/pages/marketing/broadcasts/states'
import { TEMPLATE_STATES } from '@/pages/marketing/coupons/states'
import { POST_STATES } from '@/pages/marketing/group-posts/words'
import { MOMENT_STATES } from '@/pages/marketing/moments/words'
import { requestState } from '@/pages/service/cashier/request-words'
import { appointmentState, billState, orderState } from '@/pages/service/states'
import { complaintState } from '@/pages/tasks/complaint-words'

export interface Look {
  word: string
  meaning: Meaning
  shape?: Shape
}

interface Kind {
  word: string
  state?: (state: string) => Look | undefined
}

const COUPONS: Record<string, Look> = {
  ISSUED: { word: '待领', meaning: 'waiting' },
  AVAILABLE: { word: '可用', meaning: 'active' },
  LOCKED: { word: '使用中', meaning: 'active' },
  REDEEMED: { word: '已使用', meaning: 'done' },
  EXPIRED: { word: '已过期', meaning: 'idle', shape: 'dash' },
  FROZEN: { word: '已冻结', meaning: 'problem' },
  VOID: { word: '已作废', meaning: 'idle', shape: 'dash' },
}

/** In the order they are shown: numbers are read out, so orders come first; then who and what is theirs. */
const KINDS: Record<string, Kind> = {
  repair_order: { word: '维修工单', state: orderState },
  customer: { word: '客户' },
  vehicle: { word: '车辆' },
  appointment: { word: '预约', state: appointmentState },
  bill: { word: '账单', state: billState },
  invoice_request: { word: '开票申请', state: requestState },
  bill_dispute: { word: '账单异议', state: requestState },
  complaint: { word: '投诉', state: complaintState },
  coupon: { word: '卡券', state: (state) => COUPONS[state] },
  coupon_template: { word: '卡券模板', state: (state) => TEMPLATE_STATES[state] },
  broadcast: { word: '群发计划', state: (state) => BROADCAST_STATES[state] },
  moment: { word: '企业朋友圈', state: (state) => MOMENT_STATES[state as keyof typeof MOMENT_STATES] },
  group_post: { word: '客户群群发', state: (state) => POST_STATES[state as keyof typeof POST_STATES] },
  segment: { word: '分群' },
  staff: { word: '同事', state: (state) => (state === 'left' ? { word: '已离职', meaning: 'idle', shape: 'dash' } : undefined) },
}

const PAGES: Record<string, string> = {
  repair_order: 'repair-order', customer: 'customer', appointment: 'appointment', complaint: 'complaint',
  invoice_request: 'invoice-request', bill_dispute: 'bill-dispute', broadcast: 'broadcast', moment: 'moment', group_post: 'group-post', segment: 'segment',
}

export const wordOf = (kind: string): string => KINDS[kind]?.word ?? '其他'

/** The kinds by their words, in the order they are shown. */
export const wordsOf = (kinds: readonly string[]): string[] => Object.keys(KINDS).filter((kind) => kinds.includes(kind)).map(wordOf)

export const stateOf = (kind: string, found: Found): Look | undefined => (found.state ? KINDS[kind]?.state?.(found.state) : undefined)

/** The page a line leads to; null where this reader has none. */
export function pageOf(found: Found, may: (action: string) => boolean): RouteLocationRaw | null {
  const [kind, id] = found.opens.split(':')
  if (!kind || !id) return null
  if (kind === 'bill') return { name: 'cashier', query: { bill: id } }
  if (kind === 'coupon_template') return { name: 'coupon-templates', query: { q: found.title } }
  if (kind === 'staff') return may('customers.read') ? { name: 'customers', query: { staff: id } } : null
  const name = PAGES[kind]
  return name ? { name, params: { id } } : null
}

/** Kinds in the order of `KINDS`; what a newer server finds beyond them comes last. */
export function inOrder(kinds: readonly FoundKind[]): FoundKind[] {
  const order = Object.keys(KINDS)
  const place = (kind: string) => (order.includes(kind) ? order.indexOf(kind) : order.length)
  return [...kinds].sort((one, other) => place(one.kind) - place(other.kind))
}
