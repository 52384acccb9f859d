/** What somebody was authorised to, as it is read and as it is typed. The sum is typed in whole yuan. */
import { day, money } from '@shared/format'

const FEN = 100

export interface TypedTerms {
  limit: string
  until: string
}

export const noTerms = (): TypedTerms => ({ limit: '0', until: '' })

export const isLimit = (typed: string): boolean => /^\d{1,6}$/.test(typed)

export const asTyped = (terms: { limit_fen: number; until_on: string | null }): TypedTerms => ({
  limit: String(Math.floor(terms.limit_fen / FEN)),
  until: terms.until_on ?? '',
})

export const asTold = (typed: TypedTerms): { limit_fen: number; until_on: string | null } => ({
  limit_fen: Number(typed.limit) * FEN,
  until_on: typed.until || null,
})

export function termsWords(terms: { limit_fen: number; until_on: string | null }, now: Date): string {
  const sum = terms.limit_fen > 0 ? `每次到店最多同意 ${money(terms.limit_fen)}` : '只能看，不能同意项目'
  return terms.until_on ? `${sum}，到 ${day(terms.until_on, now)}` : sum
}
