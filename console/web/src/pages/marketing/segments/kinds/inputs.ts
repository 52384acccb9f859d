/** What a row of the editor can ask for, and the parts its kinds are made of. The server has the last word. */
import type { SegmentEditor } from '@/api/segments'

export type Choice = readonly [value: string | number | boolean, word: string]

/** Names of what was made and can be chosen; `stores` are the reader's own. */
export type Source = 'series' | 'stores' | 'templates' | 'campaigns' | 'lists' | 'items' | 'customer_fields' | 'car_fields'
export type Offers = Record<Source, readonly Choice[]> & {
  fields: SegmentEditor['choices']['customer_fields']
  /** The conditions that one car has to meet. */
  ofCars: ReadonlySet<string>
}

export type Input =
  | { kind: 'choices'; name: string; choices: readonly Choice[] | Source }
  /** With `none` nothing may be chosen; one that `restarts` empties what else was filled in. */
  | { kind: 'one'; name: string; choices: readonly Choice[] | Source; none?: string; restarts?: boolean; spoken?: string }
  | { kind: 'words'; name: string; placeholder: string; upper?: boolean }
  /** `scale` times what is typed is what is sent: 100 for yuan. */
  | { kind: 'number'; name: string; before: string; after: string; least: number; most: number; scale?: number }
  | { kind: 'day'; name: string; before: string }

export type Values = Record<string, unknown>

export interface ConditionKind {
  field: string
  word: string
  group: string
  begin: () => Values
  inputs: readonly Input[] | ((values: Values, offers: Offers) => readonly Input[])
}

export const number = (name: string, before: string, after: string, least = 1, most = 3650): Input => ({ kind: 'number', name, before, after, least, most })
const yuan = (name: string, before: string): Input => ({ kind: 'number', name, before, after: '元', least: 0, most: 100_000_000, scale: 100 })
const day = (name: string, before: string): Input => ({ kind: 'day', name, before })
export const one = (choices: readonly Choice[] | Source, name = 'value', spoken?: string): Input => ({ kind: 'one', name, choices, spoken })

/** From – to; either may stay open. */
export const range = (unit: string, names: string, after: string, least = 1, most = 3650): readonly Input[] => [
  number(`at_least${names && `_${names}`}`, unit ? `${unit} 至少` : '至少', after, least, most),
  number(`at_most${names && `_${names}`}`, '最多', after, least, most),
]
export const months = number('months', '近', '个月', 1, 240)
export const days: readonly Input[] = [day('from_on', '不早于'), day('until_on', '不晚于')]
export const sums: readonly Input[] = [yuan('at_least_fen', '≥'), yuan('at_most_fen', '≤')]
export const soon = (field: string, word: string, within = 30): Omit<ConditionKind, 'group'> => ({
  field, word: `${word} 在未来`, begin: () => ({ within_days: within }), inputs: [number('within_days', '', '天内')],
})
export const yesNo = (field: string, word: string, yes: string, no: string): Omit<ConditionKind, 'group'> => ({
  field, word, begin: () => ({ value: true }), inputs: [one([[true, yes], [false, no]])],
})

/** The code of a custom field, and what its kind lets one ask; with nothing filled in it asks whether the field was filled. */
export const noted = (source: 'customer_fields' | 'car_fields') => (values: Values, offers: Offers): readonly Input[] => {
  const which: Input = { kind: 'one', name: 'code', choices: source, none: '选一个字段', restarts: true, spoken: '字段' }
  const field = offers.fields.find((each) => each.value === values.code)
  if (!field) return [which]
  if (field.kind === 'NUMBER') return [which, ...range('', '', '', -1_000_000_000, 1_000_000_000)]
  if (field.kind === 'DAY') return [which, ...days]
  if (field.kind === 'YES') return [which, { kind: 'one', name: 'is_yes', choices: [['', '填过'], [true, '是'], [false, '否']], spoken: field.word }]
  if (field.kind === 'CHOICE') return [which, { kind: 'choices', name: 'values', choices: field.options.map((option) => [option, option] as const) }]
  return [which, { kind: 'words', name: 'values', placeholder: '是这些，用顿号隔开' }]
}

export const grouped = (group: string, kinds: readonly Omit<ConditionKind, 'group'>[]): readonly ConditionKind[] => kinds.map((kind) => ({ ...kind, group }))
