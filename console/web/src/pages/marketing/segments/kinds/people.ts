/** What may be asked of a customer: who they are, what they agreed to, what they said, what they were sent. */
import { PURPOSES } from '@/pages/customers/words'
import { PATHS } from '../../waking/pool'
import { grouped, noted, number, one, range, yesNo, type Choice } from './inputs'

const agreed: readonly Choice[] = Object.entries(PURPOSES)

export const PERSON_KINDS = grouped('客户', [
  {
    field: 'dormancy', word: '客户状态 属于', begin: () => ({ values: ['DORMANT', 'LAPSED', 'DEEP'] }),
    inputs: [{
      kind: 'choices', name: 'values',
      choices: [['ACTIVE', '活跃'], ['AT_RISK', '预警'], ['DORMANT', '沉睡'], ['LAPSED', '流失'], ['DEEP', '深度流失'], ['GONE', '失效']],
    }],
  },
  {
    field: 'early_signals', word: '早期信号', begin: () => ({ values: ['UNANSWERED', 'QUIET'], at_least: 1 }),
    inputs: [
      {
        kind: 'choices', name: 'values',
        choices: [
          ['OVERDUE', '保养过期 30 天'], ['UNANSWERED', '提醒过没回应'], ['QUIET', '90 天没有往来'], ['TICKET', '消费下降'], ['SCORE', '评分下降'],
          ['CANCELLED', '半年内取消或爽约 2 次'], ['DECLINED', '半年内拒绝过增项'],
        ],
      },
      number('at_least', '至少', '个', 1, 7),
    ],
  },
  {
    field: 'value_group', word: '价值分组 是', begin: () => ({ values: ['高价值流失'] }),
    inputs: [{ kind: 'choices', name: 'values', choices: [['重点保持', '重点保持'], ['高价值流失', '高价值流失'], ['一般维护', '一般维护']] }],
  },
  {
    field: 'value', word: '客户价值（1–5 分）', begin: () => ({ at_least_tenths: 40 }),
    inputs: [
      { kind: 'number', name: 'at_least_tenths', before: '至少', after: '分', least: 1, most: 5, scale: 10 },
      { kind: 'number', name: 'at_most_tenths', before: '最多', after: '分', least: 1, most: 5, scale: 10 },
    ],
  },
  {
    field: 'rfm', word: 'RFM 级别', begin: () => ({ recency_at_most: 2, monetary_at_least: 4 }),
    inputs: [
      number('recency_at_least', '近度 R', '级', 1, 5), number('recency_at_most', '到', '级', 1, 5),
      number('frequency_at_least', '频度 F', '级', 1, 5), number('frequency_at_most', '到', '级', 1, 5),
      number('monetary_at_least', '金额 M', '级', 1, 5), number('monetary_at_most', '到', '级', 1, 5),
    ],
  },
  { field: 'tags', word: '有标签', begin: () => ({ values: [] }), inputs: [{ kind: 'words', name: 'values', placeholder: '标签，用顿号隔开' }] },
  { field: 'home_store', word: '归属门店 是', begin: () => ({ store_ids: [] }), inputs: [{ kind: 'choices', name: 'store_ids', choices: 'stores' }] },
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
  { field: 'city', word: '城市 是', begin: () => ({ values: [] }), inputs: [{ kind: 'words', name: 'values', placeholder: '例如 深圳、东莞' }] },
  {
    field: 'birthday', word: '生日（二选一）', begin: () => ({ within_days: 7 }),
    inputs: [
      number('within_days', '还有', '天内', 0, 366),
      { kind: 'choices', name: 'months', choices: Array.from({ length: 12 }, (_, month) => [month + 1, `${month + 1} 月`] as const) },
    ],
  },
  {
    field: 'happened', word: '发生过', begin: () => ({ event: 'DELIVERY', from_on: null, until_on: null }),
    inputs: [one([['DELIVERY', '交付新车'], ['PAID_VISIT', '付费到店'], ['FELL_ASLEEP', '变成沉睡']], 'event'), { kind: 'day', name: 'from_on', before: '从' }, { kind: 'day', name: 'until_on', before: '到' }],
  },
  { field: 'on_file_days', word: '建档多少天', begin: () => ({ at_most_days: 90 }), inputs: range('', 'days', '天') },
  yesNo('company', '单位客户', '是', '不是'),
])

export const REACH_KINDS = grouped('联系得上', [
  yesNo('friend', '企微好友', '是', '还不是'),
  yesNo('mini_program', '小程序', '用过', '没用过'),
  yesNo('phone', '能用的手机号', '有', '没有'),
  {
    field: 'waking_path', word: '最好的联系方式 是', begin: () => ({ values: ['MASS'] }),
    inputs: [{ kind: 'choices', name: 'values', choices: Object.entries(PATHS) }],
  },
  {
    field: 'waking_turn', word: '唤醒轮到', begin: () => ({ values: ['MASS'] }),
    inputs: [{ kind: 'choices', name: 'values', choices: [['MASS', PATHS.MASS], ['SMS', PATHS.SMS]] }],
  },
  {
    field: 'consent', word: '同意', begin: () => ({ purpose: 'MARKETING_WECOM', value: true }),
    inputs: [one(agreed, 'purpose', '同意什么'), one([[true, '已同意'], [false, '没同意']], 'value', '同意没同意')],
  },
])

export const SAID_KINDS = grouped('口碑', [
  {
    field: 'complaint', word: '投诉', begin: () => ({ has: 'open' }),
    inputs: (values) => [
      one([['open', '有没处理完的'], ['any', '投诉过'], ['none', '没投诉过']], 'has'),
      ...(values.has === 'open' ? [] : [number('within_days', '近', '天')]),
    ],
  },
  { field: 'nps', word: '最近一次推荐分', begin: () => ({ at_most: 6 }), inputs: range('', '', '分', 0, 10) },
  {
    field: 'survey', word: '回访问卷', begin: () => ({ within_days: 90, value: true }),
    inputs: [number('within_days', '近', '天'), one([[true, '答了'], [false, '收到没答']])],
  },
])

export const CAMPAIGN_KINDS = grouped('券和活动', [
  {
    field: 'fixed_list', word: '固定名单', begin: () => ({ list_ids: [], value: true }),
    inputs: [one([[true, '在'], [false, '不在']], 'value', '在不在'), { kind: 'choices', name: 'list_ids', choices: 'lists' }],
  },
  {
    field: 'coupon', word: '卡券', begin: () => ({ has: 'none' }),
    inputs: [
      one([['usable', '手里有'], ['redeemed', '用过'], ['none', '手里没有']], 'has'),
      { kind: 'one', name: 'template_id', choices: 'templates', none: '任意券', spoken: '哪种券' },
    ],
  },
  {
    field: 'campaign', word: '活动', begin: () => ({ did: 'ignored', at_least_days: 7, value: true }),
    inputs: [
      one([[true, '有过'], [false, '没有过']], 'value', '有没有过'),
      one(
        [['sent', '收到'], ['opened', '打开'], ['claimed', '领券'], ['booked', '预约'], ['arrived', '到店'], ['converted', '成交'], ['ignored', '收到没理'], ['opted_out', '退订']],
        'did', '做了什么',
      ),
      number('at_most_days', '近', '天'), number('at_least_days', '满', '天'), number('times', '至少', '次', 1, 100),
      { kind: 'choices', name: 'broadcast_ids', choices: 'campaigns' },
    ],
  },
])

export const PERSON_NOTED = grouped('自己的字段', [
  { field: 'customer_noted', word: '客户自定义字段', begin: () => ({ code: '' }), inputs: noted('customer_fields') },
])
