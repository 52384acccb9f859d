/** The time axis of a board, and where a span of it lies, in percent. */
import { clockTime } from '@shared/format'
import { lanesOf } from './lanes'

const HOUR_MS = 3_600_000
/** Narrower bars cannot be read or pressed. */
const LEAST_PERCENT = 3
/** What is planned for tomorrow does not squeeze today. */
const LATEST_AFTER_CLOSING_MS = 3 * HOUR_MS
const LANE_PX = 44
const LANE_GAP_PX = 4

export interface Axis {
  from: number
  to: number
}

/** From opening to closing, longer when work goes on. */
export function axisOf(opensAt: string, closesAt: string, ends: readonly string[]): Axis {
  const closes = Date.parse(closesAt)
  const last = Math.max(closes, ...ends.map((end) => Date.parse(end)))
  return { from: Date.parse(opensAt), to: Math.min(last, closes + LATEST_AFTER_CLOSING_MS) }
}

export const percentAt = (moment: number, { from, to }: Axis): number => Math.min(100, Math.max(0, ((moment - from) / (to - from)) * 100))

function hoursOf({ from, to }: Axis): number[] {
  const marks: number[] = []
  for (let at = from; at < to; at += HOUR_MS) marks.push(at)
  return marks
}

/** A line through all rows, with its word above. */
export interface Mark {
  at: number
  word: string
}

/** Something that lasts, under a name that is unique on its board. */
export interface Spanned {
  key: string
  startsAt: string
  endsAt: string
}

/** A part of a row, in percent. */
export type Part = Record<'left' | 'width', string>

export interface TimelineRow<T extends Spanned> {
  /** `bay:5`, where something can be dropped; else empty. */
  key: string
  name: string
  who: string
  note: string
  /** Why nothing can be done in it. */
  shut: string
  off: readonly Part[]
  items: readonly T[]
}

export const hourMarks = (axis: Axis): Mark[] => hoursOf(axis).map((at) => ({ at, word: clockTime(at) }))

/** What lies outside of when somebody works. */
export function offOf(shifts: readonly { starts_at: string; ends_at: string }[], axis: Axis): Part[] {
  const ordered = [...shifts].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at))
  const edges = [axis.from, ...ordered.flatMap((shift) => [Date.parse(shift.starts_at), Date.parse(shift.ends_at)]), axis.to]
  const off: Part[] = []
  for (let index = 0; index < edges.length; index += 2) {
    const [left, right] = [percentAt(edges[index]!, axis), percentAt(edges[index + 1]!, axis)]
    if (right > left) off.push({ left: `${left}%`, width: `${right - left}%` })
  }
  return off
}

export interface Laid<T> {
  item: T
  style: Record<'left' | 'width' | 'top', string>
}

/** Where each thing lies, and how high the row becomes when some overlap. */
export function laid<T>(items: readonly T[], span: (item: T) => { startsAt: string; endsAt: string }, axis: Axis): { bars: Laid<T>[]; height: string } {
  const spans = items.map((item) => {
    const { startsAt, endsAt } = span(item)
    const from = Math.min(percentAt(Date.parse(startsAt), axis), 100 - LEAST_PERCENT)
    return { from, to: Math.max(from + LEAST_PERCENT, percentAt(Date.parse(endsAt), axis)) }
  })
  const lanes = lanesOf(spans)
  const bars = items.map((item, index) => ({
    item,
    style: {
      left: `${spans[index]!.from}%`,
      width: `${spans[index]!.to - spans[index]!.from}%`,
      top: `${lanes[index]! * (LANE_PX + LANE_GAP_PX)}px`,
    },
  }))
  return { bars, height: `${(Math.max(0, ...lanes) + 1) * (LANE_PX + LANE_GAP_PX) - LANE_GAP_PX}px` }
}
