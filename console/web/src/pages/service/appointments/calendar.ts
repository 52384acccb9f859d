/** Which days a view of the calendar shows, and what it lays on them. */
import { isoDate } from '@shared/format'

export type View = 'day' | 'week' | 'month'
export const VIEWS: readonly { key: View; word: string }[] = [
  { key: 'day', word: '日' },
  { key: 'week', word: '周' },
  { key: 'month', word: '月' },
]

const DAY_MS = 86_400_000
const WEEK = 7
/** A month is shown in whole weeks: six of them hold any. */
const MONTH_DAYS = 42

const noon = (day: string): number => new Date(`${day}T12:00:00+08:00`).getTime()
export const shifted = (day: string, days: number): string => isoDate(new Date(noon(day) + days * DAY_MS))
/** Monday is 0. */
const weekday = (day: string): number => (new Date(noon(day)).getUTCDay() + 6) % WEEK

/** The days shown around `day`, the first one a Monday except for a single day. */
export function daysOf(view: View, day: string): string[] {
  if (view === 'day') return [day]
  const from = view === 'week' ? day : `${day.slice(0, 8)}01`
  const first = shifted(from, -weekday(from))
  return Array.from({ length: view === 'week' ? WEEK : MONTH_DAYS }, (_, n) => shifted(first, n))
}

/** The day a step before or after, by the view's own length. */
export function stepped(view: View, day: string, by: 1 | -1): string {
  if (view !== 'month') return shifted(day, by * (view === 'week' ? WEEK : 1))
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + by]
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
}

/** What begins on each day, in the order given. */
export function byDay<Row extends { starts_at: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const days = new Map<string, Row[]>()
  for (const row of rows) {
    const day = isoDate(row.starts_at)
    days.set(day, [...(days.get(day) ?? []), row])
  }
  return days
}
