/** The words of lendings. */
import { CANCELLED, lookOf, UNKNOWN } from '@shared/states'
import type { Lending } from '@/api/loan-cars'
import type { Named } from '../states'

const STATES: Record<string, Named> = {
  PLANNED: { ...lookOf('waiting'), word: '约好' },
  OUT: { ...lookOf('active'), word: '借出' },
  RETURNED: { ...lookOf('done'), word: '已还' },
  CANCELLED: { ...CANCELLED, word: '不借了' },
}

/** A car that should be back is the one thing that needs somebody now. */
export function lendingState(lending: Pick<Lending, 'state' | 'is_late'>): Named {
  if (lending.is_late) return { ...lookOf('problem'), word: '逾期没还' }
  return STATES[lending.state] ?? { ...UNKNOWN, word: lending.state }
}

/** 油量 or 电量, by the car. */
export const energyWord = (isElectric: boolean): string => (isElectric ? '电量' : '油量')
