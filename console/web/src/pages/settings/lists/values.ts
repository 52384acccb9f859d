/** Between what the server keeps of a setting and what somebody types: money in yuan, hours as decimals, times as 08:30. */
import type { Kept, SettingColumn, SettingRow, Values } from '@/api/settings'

export type Typed = string | boolean | string[]
export type TypedValues = Record<string, Typed>

const HUNDREDTHS = 100
const MINUTES_OF_AN_HOUR = 60
const TIME = /^([01]?\d|2[0-4])[:：]?([0-5]\d)$/
const DECIMAL = /^\d+(\.\d{1,2})?$/

export class NotReadable extends Error {}

/** A kept value as its field shows it. */
export function typedOf(column: SettingColumn, kept: Kept | undefined): Typed {
  if (column.kind === 'YES') return kept === true
  if (column.kind === 'CHOICES') return Array.isArray(kept) ? kept : []
  if (kept == null) return ''
  const number = Number(kept)
  if (column.kind === 'MONEY') return (number / HUNDREDTHS).toFixed(2)
  if (column.kind === 'HOURS') return String(number / HUNDREDTHS)
  if (column.kind === 'CLOCK') return timeOf(number)
  return String(kept)
}

const timeOf = (minutes: number): string =>
  [Math.floor(minutes / MINUTES_OF_AN_HOUR), minutes % MINUTES_OF_AN_HOUR].map((part) => String(part).padStart(2, '0')).join(':')

/** What was typed as the server keeps it; raises `NotReadable` with a sentence. The bounds are the server's to judge. */
export function keptOf(column: SettingColumn, typed: Typed): Kept {
  if (typeof typed === 'boolean' || Array.isArray(typed)) return typed
  const text = typed.trim()
  if (!text) return null
  switch (column.kind) {
    case 'MONEY':
    case 'HOURS':
      return hundredths(column, text)
    case 'CLOCK':
      return minutesOf(column, text)
    case 'WHOLE':
      if (!/^\d+$/.test(text)) throw new NotReadable(`${column.word}要填整数。`)
      return Number(text)
    case 'ROW':
      return Number(text)
    default:
      return text
  }
}

function hundredths(column: SettingColumn, text: string): number {
  const plain = text.replace(/[,，]/g, '')
  if (!DECIMAL.test(plain)) throw new NotReadable(`${column.word}要填数字，最多两位小数。`)
  return Math.round(Number(plain) * HUNDREDTHS)
}

function minutesOf(column: SettingColumn, text: string): number {
  const found = TIME.exec(text)
  if (!found) throw new NotReadable(`${column.word}要填时刻，如 08:30。`)
  return Number(found[1]) * MINUTES_OF_AN_HOUR + Number(found[2])
}

/** What the form shows of a row, or of a new one. */
export const typedValues = (columns: readonly SettingColumn[], row: SettingRow | null): TypedValues =>
  Object.fromEntries(columns.map((column) => [column.name, typedOf(column, row ? row.values[column.name] : column.usual)]))

/** What is sent: all of a new row; of one that is there, what differs from it. */
export function valuesToSend(columns: readonly SettingColumn[], typed: TypedValues, row: SettingRow | null): Values {
  const wanted = columns
    .filter((column) => !row || !column.is_fixed)
    .map((column) => [column.name, keptOf(column, typed[column.name] ?? '')] as const)
  const bare = (value: Kept | undefined): string => JSON.stringify(value === '' ? null : (value ?? null))
  return Object.fromEntries(wanted.filter(([name, value]) => !row || bare(value) !== bare(row.values[name])))
}

/** A typed value in words, for what two people changed at once. */
export function shownOf(column: SettingColumn, typed: Typed): string {
  if (typeof typed === 'boolean') return typed ? '是' : '否'
  const word = (value: string): string => column.choices.find((choice) => choice.value === value)?.word ?? value
  return Array.isArray(typed) ? typed.map(word).join('、') : word(typed)
}
