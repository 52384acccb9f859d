/** What may be asked of a car, its papers, and the work on it. */
import { days, grouped, months, noted, number, one, range, soon, yesNo } from './inputs'

export const CAR_KINDS = grouped('车', [
  { field: 'series', word: '车型 是', begin: () => ({ values: [] }), inputs: [{ kind: 'choices', name: 'values', choices: 'series' }] },
  {
    field: 'powertrain', word: '动力 是', begin: () => ({ values: ['PETROL'] }),
    inputs: [{ kind: 'choices', name: 'values', choices: [['PETROL', '燃油'], ['PHEV', '插混'], ['BEV', '纯电']] }],
  },
  { field: 'car_age', word: '车龄', begin: () => ({ at_least_years: 3 }), inputs: range('', 'years', '年', 0, 60) },
  { field: 'mileage', word: '里程', begin: () => ({ at_least_km: 50_000 }), inputs: range('', 'km', '公里', 0, 999_999) },
  {
    field: 'model_year', word: '年款', begin: () => ({ from_year: null, until_year: null }),
    inputs: [number('from_year', '从', '年', 1990, 2100), number('until_year', '到', '年', 1990, 2100)],
  },
  { field: 'plate', word: '车牌 开头是', begin: () => ({ values: [] }), inputs: [{ kind: 'words', name: 'values', placeholder: '例如 粤B、湘A', upper: true }] },
  { field: 'delivered', word: '交车日期', begin: () => ({ from_on: null, until_on: null }), inputs: days },
  { field: 'delivered_days_ago', word: '交车多少天', begin: () => ({ at_most_days: 365 }), inputs: range('', 'days', '天') },
  { field: 'cars', word: '名下车辆数', begin: () => ({ at_least: 2 }), inputs: range('', '', '台', 0, 10_000) },
])

export const DUE_KINDS = grouped('到期', [
  {
    field: 'service_due', word: '应保养（二选一）', begin: () => ({ within_days: 30 }),
    inputs: [number('within_days', '还有', '天内到期'), number('overdue_days', '或已过', '天以上')],
  },
  soon('insurance_ends', '保险到期'),
  soon('inspection_ends', '年检到期', 90),
  soon('warranty_ends', '质保到期', 90),
  yesNo('recall_open', '召回', '有没做的', '没有要做的'),
])

export const WORK_KINDS = grouped('维修', [
  {
    field: 'declined_work', word: '上次没做的项目', begin: () => ({ within_days: 180, urgencies: [] }),
    inputs: [
      number('within_days', '近', '天'),
      { kind: 'choices', name: 'urgencies', choices: [['RED', '安全必须'], ['YELLOW', '建议近期'], ['GREEN', '可选']] },
    ],
  },
  {
    field: 'item_done', word: '做没做过某项目', begin: () => ({ item_id: null, months: 24, value: true }),
    inputs: [
      months,
      one([[true, '做过'], [false, '没做过']], 'value', '做没做过'),
      { kind: 'one', name: 'item_id', choices: 'items', none: '选一个项目', spoken: '项目' },
    ],
  },
  yesNo('in_workshop', '车在店里', '在', '不在'),
])

export const CAR_NOTED = grouped('自己的字段', [
  { field: 'car_noted', word: '车辆自定义字段', begin: () => ({ code: '' }), inputs: noted('car_fields') },
])
