/** A stock take in the store room's words. */
import type { Meaning } from '@shared/states'

const STATES: Record<string, { meaning: Meaning; word: string }> = {
  COUNTING: { meaning: 'active', word: '盘点中' },
  COUNTED: { meaning: 'waiting', word: '待入账' },
  BOOKED: { meaning: 'done', word: '已入账' },
  CANCELLED: { meaning: 'idle', word: '没盘完' },
}

export function countState(state: string): { meaning: Meaning; word: string } {
  return STATES[state] ?? { meaning: 'idle', word: state }
}

export const zoneSaid = (zone: string): string => (zone ? `${zone} 区` : '全部货位')

/** `多 2 件`, `少 1 件`; empty where it is as it should be, or nobody counted. */
export function differenceSaid(counted: number | null, expected: number | null): string {
  if (counted == null || expected == null || counted === expected) return ''
  return counted > expected ? `多 ${counted - expected} 件` : `少 ${expected - counted} 件`
}
