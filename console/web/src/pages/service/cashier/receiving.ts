/** Taking money for a bill at the desk, in parts and in several ways: what may be taken, and what came already. */
import type { Bill } from '@/api/bills'
import { money, yuan } from '@shared/format'
import { typedFen } from './receivable-words'

type Payment = Bill['payments'][number]

/** `1782.5` or `1,782.50` yuan in fen; null while it is no sum. */
export const partFen = (text: string): number | null => typedFen(text.replace(/[,，\s]/g, ''))

/** A sum as it is written into a field. */
export const typedYuan = (fen: number): string => yuan(fen).replaceAll(',', '')

/** Why this much cannot be taken, of at most so much; empty when it can. */
export function partProblem(text: string, mostFen: number, isDeposit = false): string {
  const fen = partFen(text)
  if (fen == null) return '金额写成元，最多两位小数，比如 100 或 100.50。'
  if (fen <= 0) return '收款金额要大于 0。'
  if (fen <= mostFen) return ''
  return isDeposit ? `预存款最多能抵 ${money(mostFen)}。` : `还没付的是 ${money(mostFen)}，不能多收。`
}

/** What to say about the cash a customer handed over for a sum; empty while nothing sensible is typed. */
export function changeWords(given: string, fen: number | null): string {
  const handed = given.trim() ? partFen(given) : null
  if (handed == null || fen == null) return ''
  if (handed < fen) return `还差 ${money(fen - handed)}`
  return handed === fen ? '不用找零' : `找零 ${money(handed - fen)}`
}

/** What counts towards the bill, in the order in which it came. */
export const cameIn = (payments: readonly Payment[]): Payment[] => payments.filter((each) => each.state === 'SUCCESS' && !each.problem).reverse()

/** The payment whose result is still to come; there is one at most. */
export const underWay = (payments: readonly Payment[]): Payment | undefined => payments.find((each) => each.state === 'CREATED' || each.state === 'PAYING')
