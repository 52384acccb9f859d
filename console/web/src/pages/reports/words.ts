/** How figures are written, and the sentence a chart has for a title. */
import { count, money } from '@shared/format'
import { ATTAINMENT, type Meaning, type Shape } from '@shared/states'
import type { KpiDefinition, KpiFigures, KpiRow } from '@/api/reports'

type Unit = KpiDefinition['unit']
const NONE = '–'
const MINUS = '\u2212'

const signed = (value: number, text: string): string => `${value < 0 ? MINUS : value > 0 ? '+' : ''}${text}`

/** A value in the smallest part of its unit; without a base it is unknown, not zero. */
export function told(unit: Unit, value: number | null | undefined): string {
  if (value == null) return NONE
  if (unit === 'COUNT') return count(value)
  if (unit === 'FEN') return money(value)
  const text = (Math.abs(value) / 10).toFixed(1)
  return `${value < 0 ? MINUS : ''}${text}${unit === 'PERCENT' ? '%' : ''}`
}

/** How much more or less than before; empty where one of the two is unknown. */
export function difference(unit: Unit, value: number | null, before: number | null): string {
  if (value == null || before == null) return ''
  const by = value - before
  if (by === 0) return '持平'
  const size = Math.abs(by)
  if (unit === 'COUNT') return signed(by, count(size))
  if (unit === 'FEN') return signed(by, money(size))
  return signed(by, `${(size / 10).toFixed(1)}${unit === 'PERCENT' ? ' 个百分点' : ''}`)
}

/** What a rate stands on: 「10/12」; counts and sums stand on as many rows. */
export function base(definition: KpiDefinition, figure: KpiFigures['month']): string {
  if (definition.unit === 'COUNT' || figure.rows === 0) return ''
  if (definition.unit === 'PERCENT' && definition.kpi !== 'bays' && definition.kpi !== 'efficiency') return `${count(figure.part)}/${count(figure.whole)}`
  return `${count(figure.rows)} 条`
}

/** 「11 项里 4 项达成；最落后的是准时交车率，完成 42%」. */
export function finding(figures: readonly KpiFigures[], wordOf: (kpi: KpiFigures['kpi']) => string): string {
  const aimed = figures.filter((each) => each.attainment != null)
  if (!aimed.length) return '还没有定目标'
  const met = aimed.filter((each) => each.colour === 'GREEN')
  if (met.length === aimed.length) return `${aimed.length} 项有目标，都${ATTAINMENT.GREEN.word}`
  const last = aimed.filter((each) => each.colour !== 'GREEN').sort((a, b) => a.attainment! - b.attainment!)[0]!
  return `${aimed.length} 项有目标，${met.length} 项${ATTAINMENT.GREEN.word}；最落后的是${wordOf(last.kpi)}，完成 ${last.attainment}%`
}

/** How a figure stands against its target, in a word; with a target and nothing to divide by it does not stand at all. */
export function standing(row: KpiFigures): { meaning: Meaning; shape: Shape; word: string } {
  const { meaning, shape, word } = ATTAINMENT[row.colour]
  if (row.attainment != null) return { meaning, shape, word: `${word} ${row.attainment}%` }
  return { meaning, shape, word: row.target == null ? word : '还没有数' }
}

const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} 小时`

/** What one row adds to the figure. */
export function adds(definition: KpiDefinition, row: Pick<KpiRow, 'part' | 'whole'>): string {
  if (definition.kpi === 'value') return money(row.part)
  if (definition.kpi === 'bays') return `占用 ${hours(row.part)}`
  if (definition.kpi === 'efficiency') return `售 ${hours(row.part)}，打卡 ${hours(row.whole)}`
  return row.part > 0 ? definition.counted : definition.not_counted
}

/** The month of its first day: 「11 月」. */
export const monthWord = (first: string): string => `${Number(first.slice(5, 7))} 月`

export const PERIODS: readonly { value: string; word: string }[] = [
  { value: 'today', word: '今天' },
  { value: 'month', word: '本月' },
  { value: 'before', word: '上月同期' },
]
