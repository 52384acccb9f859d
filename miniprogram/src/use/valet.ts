/** The words of a run, and the windows an owner may choose from: hours that fit the promised time, so that nothing is typed that is then refused. */
import type { Meaning } from '@shared/states'
import type { OwnerRun, OwnerValet } from '@/api/shapes'

export const KINDS: Record<string, string> = { PICK_UP: '上门取车', RETURN: '送车上门' }
const STATES: Record<string, { meaning: Meaning; word: string }> = {
  PLANNED: { meaning: 'waiting', word: '在安排司机' },
  ASSIGNED: { meaning: 'active', word: '已派司机' },
  ON_THE_WAY: { meaning: 'active', word: '司机已出发' },
  CAR_TAKEN: { meaning: 'active', word: '司机已接到车' },
  DELIVERED: { meaning: 'done', word: '已送到' },
  FAILED: { meaning: 'problem', word: '没有办成' },
  CANCELLED: { meaning: 'idle', word: '已取消' },
}
const UNDER_WAY = ['PLANNED', 'ASSIGNED', 'ON_THE_WAY', 'CAR_TAKEN']

export const stateOf = (run: Pick<OwnerRun, 'state'>): { meaning: Meaning; word: string } | undefined => STATES[run.state]
export const isUnderWay = (run: Pick<OwnerRun, 'state'>): boolean => UNDER_WAY.includes(run.state)

export interface ValetWindow {
  from: string
  to: string
}

const MINUTE_MS = 60_000
const HALF_HOUR_MS = 30 * MINUTE_MS
const DAY_MS = 24 * 60 * MINUTE_MS
const SHANGHAI_MS = 8 * 60 * MINUTE_MS
const LEAST_MINUTES = 60
const MOST = 4

type Bounds = Pick<OwnerValet, 'pick_up_from' | 'pick_up_until' | 'return_from' | 'window_minutes' | 'earliest_minute' | 'latest_minute'>

export function windowsFor(kind: string, valet: Bounds): ValetWindow[] {
  const length = Math.max(LEAST_MINUTES, valet.window_minutes) * MINUTE_MS
  const isByDay = (from: number): boolean => {
    const begins = minuteOf(from)
    return begins >= valet.earliest_minute && begins + length / MINUTE_MS <= valet.latest_minute
  }
  const earliest = up(Date.parse(valet.pick_up_from))
  const found: ValetWindow[] = []
  if (kind === 'RETURN') {
    const first = Math.max(up(Date.parse(valet.return_from)), earliest)
    // At night it goes on in the morning.
    for (let from = first; from < first + DAY_MS && found.length < MOST; from += isByDay(from) ? length : HALF_HOUR_MS) {
      if (isByDay(from)) found.push(windowAt(from, length))
    }
    return found
  }
  // The latest first, since that leaves the owner the most time; shown in the order of the day.
  for (let from = down(Date.parse(valet.pick_up_until)) - length; from >= earliest && found.length < MOST; from -= length) {
    if (isByDay(from)) found.unshift(windowAt(from, length))
  }
  return found
}

const minuteOf = (moment: number): number => ((moment + SHANGHAI_MS) % DAY_MS) / MINUTE_MS
const up = (moment: number): number => Math.ceil(moment / HALF_HOUR_MS) * HALF_HOUR_MS
const down = (moment: number): number => Math.floor(moment / HALF_HOUR_MS) * HALF_HOUR_MS
const windowAt = (from: number, length: number): ValetWindow => ({ from: new Date(from).toISOString(), to: new Date(from + length).toISOString() })
