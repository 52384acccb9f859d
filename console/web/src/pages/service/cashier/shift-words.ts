/** How far a cashier's shift is, in words. */
import { lookOf, UNKNOWN, type StateLook } from '@shared/states'

const STATES: Record<string, StateLook & { word: string }> = {
  OPEN: { ...lookOf('active'), word: '开着' },
  TO_SIGN: { ...lookOf('waiting'), word: '待签字' },
  CLOSED: { ...lookOf('done'), word: '已交班' },
}

export const shiftState = (state: string): StateLook & { word: string } => STATES[state] ?? { ...UNKNOWN, word: state }
