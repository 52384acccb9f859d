/** What the editor knows of each condition: how it begins and what may be filled in. The server has the last word. */
import type { Definition } from '@/api/segments'

export type Match = 'all' | 'any' | 'none'

/** A row of the tree: one condition; its other keys are the values of its field. */
export interface ConditionNode {
  key: number
  field: string
  [value: string]: unknown
}

export interface GroupNode {
  key: number
  match: Match
  items: SegmentNode[]
}

export type SegmentNode = ConditionNode | GroupNode

export const isGroup = (node: SegmentNode): node is GroupNode => 'match' in node

export const MATCHES: readonly { match: Match; word: string }[] = [
  { match: 'all', word: '同时满足' },
  { match: 'any', word: '任一满足' },
  { match: 'none', word: '排除' },
]

export type Choice = readonly [value: string | number | boolean, word: string]

export type Input =
  | { kind: 'choices'; name: string; choices: readonly Choice[] | 'series' | 'stores' }
  | { kind: 'words'; name: string; placeholder: string }
  | { kind: 'word'; name: string; placeholder: string }
  | { kind: 'number'; name: string; before: string; after: string; least: number; most: number; optional?: boolean }
  | { kind: 'yuan'; name: string; before: string; after: string }
  | { kind: 'day'; name: string; before: string }
  | { kind: 'one'; name: string; choices: readonly Choice[] }

export interface ConditionKind {
  field: string
  word: string
  begin: () => Record<string, unknown>
  inputs: readonly Input[]
}

const number = (name: string, before: string, after: string, least = 1, most = 3650, optional = false): Input => ({
  kind: 'number', name, before, after, least, most, optional,
})

/** The code of a custom field, and what is asked of it; with nothing filled in it asks whether the field was filled. */
const noted: readonly Input[] = [
  { kind: 'word', name: 'code', placeholder: '字段代号，例如 fleet' },
  { kind: 'words', name: 'values', placeholder: '是这些，用顿号隔开' },
  number('at_least', '至少', '', 0, 100_000_000, true),
  number('at_most', '最多', '', 0, 100_000_000, true),
  { kind: 'day', name: 'from_on', before: '不早于' },
  { kind: 'day', name: 'until_on', before: '不晚于' },
]

export const CONDITIONS: readonly ConditionKind[] = [
  { field: 'series', word: '车型 是', begin: () => ({ values: [] }), inputs: [{ kind: 'choices', name: 'values', choices: 'series' }] },
  {
    field: 'dormancy', word: '客户状态 属于', begin: () => ({ values: ['DORMANT', 'LAPSED', 'DEEP'] }),
    inputs: [{
      kind: 'choices', name: 'values',
      choices: [['ACTIVE', '活跃'], ['AT_RISK', '预警'], ['DORMANT', '沉睡'], ['LAPSED', '流失'], ['DEEP', '深度流失'], ['GONE', '失效']],
    }],
  },
  { field: 'no_paid_visit', word: '没有付费到店', begin: () => ({ months: 12 }), inputs: [number('months', '近', '个月', 1, 240)] },
  {
    field: 'paid_visits', word: '付费到店', begin: () => ({ months: 36, at_least: 3 }),
    inputs: [number('months', '近', '个月', 1, 240), number('at_least', '至少', '次', 1, 1000)],
  },
  {
    field: 'spend', word: '历史消费合计', begin: () => ({ at_least_fen: 300_000 }),
    inputs: [{ kind: 'yuan', name: 'at_least_fen', before: '≥', after: '元' }, { kind: 'yuan', name: 'at_most_fen', before: '≤', after: '元' }],
  },
  { field: 'insurance_ends', word: '保险到期 在未来', begin: () => ({ within_days: 30 }), inputs: [number('within_days', '', '天内')] },
  {
    field: 'service_due', word: '应保养（二选一）', begin: () => ({ within_days: 30 }),
    inputs: [number('within_days', '还有', '天内到期', 1, 3650, true), number('overdue_days', '或已过', '天以上', 1, 3650, true)],
  },
  {
    field: 'last_visit_days_ago', word: '距上次到店', begin: () => ({ at_least_days: 180 }),
    inputs: [number('at_least_days', '至少', '天', 1, 3650, true), number('at_most_days', '最多', '天', 1, 3650, true)],
  },
  {
    field: 'last_visit', word: '上次到店', begin: () => ({ from_on: null, until_on: null }),
    inputs: [{ kind: 'day', name: 'from_on', before: '不早于' }, { kind: 'day', name: 'until_on', before: '不晚于' }],
  },
  {
    field: 'visit_count', word: '历史到店次数', begin: () => ({ at_least: 3 }),
    inputs: [number('at_least', '≥', '次', 0, 10_000, true), number('at_most', '≤', '次', 0, 10_000, true)],
  },
  {
    field: 'car_age', word: '车龄', begin: () => ({ at_least_years: 3 }),
    inputs: [number('at_least_years', '≥', '年', 0, 60, true), number('at_most_years', '≤', '年', 0, 60, true)],
  },
  {
    field: 'powertrain', word: '动力 是', begin: () => ({ values: ['PETROL'] }),
    inputs: [{ kind: 'choices', name: 'values', choices: [['PETROL', '燃油'], ['PHEV', '插混'], ['BEV', '纯电']] }],
  },
  { field: 'tags', word: '有标签', begin: () => ({ values: [] }), inputs: [{ kind: 'words', name: 'values', placeholder: '标签，用顿号隔开' }] },
  { field: 'home_store', word: '归属门店 是', begin: () => ({ store_ids: [] }), inputs: [{ kind: 'choices', name: 'store_ids', choices: 'stores' }] },
  { field: 'customer_noted', word: '客户自定义字段', begin: () => ({ code: '', values: [] }), inputs: noted },
  { field: 'car_noted', word: '车辆自定义字段', begin: () => ({ code: '', values: [] }), inputs: noted },
  { field: 'friend', word: '企微好友', begin: () => ({ value: true }), inputs: [{ kind: 'one', name: 'value', choices: [[true, '是'], [false, '还不是']] }] },
  {
    field: 'consent', word: '同意', begin: () => ({ purpose: 'MARKETING_WECOM', value: true }),
    inputs: [
      { kind: 'one', name: 'purpose', choices: [['MARKETING_WECOM', '企微营销'], ['MARKETING_SMS', '营销短信'], ['MARKETING_CALL', '营销电话']] },
      { kind: 'one', name: 'value', choices: [[true, '已同意'], [false, '没同意']] },
    ],
  },
  {
    field: 'coupon', word: '卡券', begin: () => ({ has: 'none' }),
    inputs: [{ kind: 'one', name: 'has', choices: [['usable', '手里有券'], ['redeemed', '用过券'], ['none', '手里没券']] }],
  },
  {
    field: 'first_source', word: '来源 是', begin: () => ({ values: ['WECOM_ADD'] }),
    inputs: [{
      kind: 'choices', name: 'values',
      choices: [
        ['WECOM_ADD', '企业微信'], ['MINI_PROGRAM', '小程序'], ['WALK_IN', '自然到店'], ['SHOW', '展厅或车展'], ['MARKETING_AD', '广告'],
        ['LIVE_STREAM', '直播'], ['REFERRAL', '转介绍'], ['RETAINED_REPEAT', '老客户'], ['DCC_INBOUND', '来电'], ['VERTICAL_SITE', '垂直网站'],
        ['OEM_ASSIGNED', '厂家下发'], ['REACTIVATION', '唤醒活动'],
      ],
    }],
  },
]

export const kindOf = (field: string): ConditionKind | undefined => CONDITIONS.find((each) => each.field === field)

let lastKey = 0
const nextKey = (): number => (lastKey += 1)

export const newCondition = (field: string): ConditionNode => ({ key: nextKey(), field, ...kindOf(field)?.begin() })
export const newGroup = (match: Match, items: SegmentNode[] = []): GroupNode => ({ key: nextKey(), match, items })

/** A saved definition as the editor's tree. */
export function treeOf(definition: Definition | Record<string, unknown>): GroupNode {
  const read = (node: Record<string, unknown>): SegmentNode =>
    'match' in node
      ? newGroup(node.match as Match, (node.items as Record<string, unknown>[]).map(read))
      : { ...node, key: nextKey(), field: String(node.field) }
  return read(definition) as GroupNode
}

/** The editor's tree as the server takes it: without our keys, without what is left open. */
export function definitionOf(node: SegmentNode): Record<string, unknown> {
  if (isGroup(node)) return { match: node.match, items: node.items.map(definitionOf) }
  return Object.fromEntries(Object.entries(node).filter(([name, value]) => name !== 'key' && value !== null && value !== ''))
}

/** The node at a path of row numbers from 1 (`2.1`), as refusals name them. */
export function nodeAt(root: GroupNode, path: string): SegmentNode | null {
  let node: SegmentNode = root
  for (const part of path.split('.').filter(Boolean)) {
    const next: SegmentNode | undefined = isGroup(node) ? node.items[Number(part) - 1] : undefined
    if (!next) return null
    node = next
  }
  return node
}

/** A refusal's sentence at its row: 「第 3 条没填完」; the names of our fields mean nothing to a marketer. */
export function problemWords(path: string, message: string): string {
  const row = path ? `第 ${path} 条` : ''
  if (/^缺 [a-z_]+$/.test(message)) return `${row}没填完`
  return `${row}${message.replace(/[a-z_]{2,} ?/g, '')}`
}
