/** Words and looks of a customer's record. */
import type { Contact, DormancyState, TimelineKind } from '@/api/customers'
import { plate } from '@shared/format'
import type { Meaning } from '@shared/states'

export const DORMANCY: Record<DormancyState, { word: string; meaning: Meaning }> = {
  ACTIVE: { word: '活跃', meaning: 'done' },
  AT_RISK: { word: '预警', meaning: 'waiting' },
  DORMANT: { word: '沉睡', meaning: 'waiting' },
  LAPSED: { word: '流失', meaning: 'problem' },
  DEEP: { word: '深度流失', meaning: 'problem' },
  GONE: { word: '失效', meaning: 'idle' },
}

/** What somebody is to a car, with their dates. */
export const personWords = (one: { role: string; is_company: boolean; since_on: string; until_on: string | null }): string =>
  `${one.role === 'OWNER' ? '车主' : '用车人'}${one.is_company ? '（单位）' : ''}，${one.since_on} 起${one.until_on ? `，到 ${one.until_on}` : ''}`

export const KINDS: readonly { key: TimelineKind | ''; word: string }[] = [
  { key: '', word: '全部' },
  { key: 'visit', word: '到店' },
  { key: 'message', word: '消息' },
  { key: 'coupon', word: '卡券' },
  { key: 'follow_up', word: '跟进' },
  { key: 'record', word: '档案' },
]

export const PURPOSES: Record<string, string> = {
  SERVICE_NOTICE: '服务通知',
  MARKETING_SMS: '营销短信',
  MARKETING_WECOM: '企微营销',
  MARKETING_CALL: '营销电话',
  PROFILING: '个性化推荐',
  PHOTO_PUBLICITY: '照片宣传',
  AD_AUDIENCE: '广告投放',
}

export const MARKETING_PURPOSES: readonly [string, string][] = [
  ['MARKETING_WECOM', '企微营销'],
  ['MARKETING_SMS', '短信'],
  ['MARKETING_CALL', '电话'],
]

export const CONTACTS: readonly { contact: Contact; word: string }[] = [
  { contact: 'call', word: '电话' },
  { contact: 'wecom', word: '企业微信' },
  { contact: 'visit', word: '到店' },
  { contact: 'note', word: '只是备注' },
]

export const SOURCES: Readonly<Record<string, string>> = {
  MARKETING_AD: '广告',
  OEM_ASSIGNED: '厂家下发',
  VERTICAL_SITE: '垂直网站',
  LIVE_STREAM: '直播',
  DCC_INBOUND: '来电',
  WALK_IN: '自然到店',
  REFERRAL: '转介绍',
  SHOW: '展厅或车展',
  RETAINED_REPEAT: '老客户',
  WECOM_ADD: '企业微信',
  MINI_PROGRAM: '小程序',
  REACTIVATION: '唤醒活动',
}

export const sourceWord = (source: string): string => SOURCES[source] ?? source

export const COUPON_GROUPS: readonly { group: string; word: string; meaning: Meaning }[] = [
  { group: 'available', word: '可用', meaning: 'done' },
  { group: 'to_claim', word: '待领', meaning: 'waiting' },
  { group: 'in_use', word: '使用中', meaning: 'active' },
  { group: 'history', word: '历史', meaning: 'idle' },
]

const COUPON_ENDS: Record<string, string> = { REDEEMED: '已使用', EXPIRED: '已过期', VOID: '已作废', FROZEN: '已冻结' }

export function couponWord(state: string, group: string): string {
  return COUPON_ENDS[state] ?? COUPON_GROUPS.find((each) => each.group === group)?.word ?? state
}

/** The list names a car as `云帆X6 粤BD1245`: the plate, whole or masked, gets its dot. */
export function carWords(car: string): string {
  const blank = car.lastIndexOf(' ')
  return `${car.slice(0, blank)} ${plate(car.slice(blank + 1))}`
}

/** How an event of this name looks in the timeline. */
export function meaningOf(name: string): Meaning {
  if (/no_show|not_delivered|declined|marketing_stopped|friend\.lost|voided|flagged|complaint/.test(name)) return 'problem'
  if (/requested|_sent|waiting|back_ordered|rescheduled/.test(name)) return 'waiting'
  if (/started|opened|arrived|follow_up/.test(name)) return 'active'
  if (/expired|cancelled|withdrawn|unbound|left/.test(name)) return 'idle'
  return 'done'
}

/** The page of what an event is about, where we have one. */
export function pageOf(subject: string): string | null {
  const [kind, id] = subject.split(':')
  if (kind === 'repair_order') return `/repair-orders/${id}`
  if (kind === 'appointment') return `/appointments/${id}`
  return null
}
