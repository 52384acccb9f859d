/** What may be asked of visits, money and bookings. */
import { days, grouped, months, number, one, range, sums, yesNo } from './inputs'

export const VISIT_KINDS = grouped('到店和消费', [
  { field: 'no_paid_visit', word: '没有付费到店', begin: () => ({ months: 12 }), inputs: [months] },
  { field: 'paid_visits', word: '付费到店', begin: () => ({ months: 36, at_least: 3 }), inputs: [months, number('at_least', '至少', '次', 1, 1000), number('at_most', '最多', '次', 0, 1000)] },
  { field: 'paid_sum', word: '近期消费合计', begin: () => ({ months: 24, at_least_fen: 300_000 }), inputs: [months, ...sums] },
  { field: 'spend', word: '历史消费合计', begin: () => ({ at_least_fen: 300_000 }), inputs: sums },
  { field: 'last_visit_days_ago', word: '距上次到店', begin: () => ({ at_least_days: 180 }), inputs: range('', 'days', '天') },
  { field: 'last_visit', word: '上次到店', begin: () => ({ from_on: null, until_on: null }), inputs: days },
  { field: 'visit_count', word: '历史到店次数', begin: () => ({ at_least: 3 }), inputs: range('', '', '次', 0, 10_000) },
  yesNo('booked', '已有预约', '有', '没有'),
  {
    field: 'bookings', word: '预约次数', begin: () => ({ ended: 'cancelled', months: 6, at_least: 2 }),
    inputs: [months, one([['cancelled', '取消'], ['no_show', '没来'], ['came', '来了'], ['made', '全部']], 'ended', '哪种预约'), ...range('', '', '次', 0, 10_000)],
  },
])
