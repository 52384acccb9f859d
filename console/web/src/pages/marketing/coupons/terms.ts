/** A coupon's terms in words, and what it takes off; the server decides, this only lets a marketer try. */
import { money, yuan } from '@shared/format'
import type { CouponKind } from '@/api/coupons'

export interface Terms {
  kind: CouponKind | string
  value_fen: number
  pay_percent: number
  cap_fen: number | null
  threshold_fen: number
  /** What it is for, by the names people know. */
  item_names: string[]
}

export const KINDS: readonly { kind: CouponKind; word: string; hint: string }[] = [
  { kind: 'CASH', word: '现金', hint: '直接抵一笔钱' },
  { kind: 'THRESHOLD', word: '满减', hint: '满多少减多少' },
  { kind: 'LABOUR', word: '工时折扣', hint: '只抵工时' },
  { kind: 'PERCENT', word: '整单折扣', hint: '工时和配件一起打折' },
  { kind: 'ITEM', word: '项目', hint: '免费做一次指定项目' },
]

export const kindWord = (kind: string): string => KINDS.find((each) => each.kind === kind)?.word ?? kind

/** 80 → `8 折`, 85 → `8.5 折`. */
export function discountWord(payPercent: number): string {
  return `${payPercent % 10 === 0 ? payPercent / 10 : (payPercent / 10).toFixed(1)} 折`
}

export function ruleOf(terms: Terms): string {
  const threshold = terms.threshold_fen > 0 ? `满 ${money(terms.threshold_fen)}可用` : '无门槛'
  const cap = terms.cap_fen ? `，最高减 ${money(terms.cap_fen)}` : ''
  if (terms.kind === 'ITEM') return `免费做一次 ${terms.item_names.join('、') || '指定项目'}`
  if (terms.kind === 'LABOUR') return `工时 ${discountWord(terms.pay_percent)}${cap}，${threshold}`
  if (terms.kind === 'PERCENT') return `${discountWord(terms.pay_percent)}${cap}，${threshold}`
  return `减 ${money(terms.value_fen)}，${threshold}`
}

/** The most one coupon takes off, in fen; null where only the item's own price tells. */
export function mostOff(terms: Terms): number | null {
  if (terms.kind === 'CASH' || terms.kind === 'THRESHOLD') return terms.value_fen
  if (terms.kind === 'LABOUR' || terms.kind === 'PERCENT') return terms.cap_fen
  return null
}

/** 试算: what comes off an amount the coupon applies to, in fen. */
function tryOut(terms: Terms, amountFen: number): { offFen: number; note: string } {
  if (amountFen < terms.threshold_fen) return { offFen: 0, note: '没到门槛' }
  if (terms.kind === 'CASH' || terms.kind === 'THRESHOLD') {
    const offFen = Math.min(terms.value_fen, amountFen)
    return { offFen, note: offFen < terms.value_fen ? '不找零' : '' }
  }
  if (terms.kind === 'ITEM') return { offFen: amountFen, note: '这个项目全免' }
  const offFen = Math.floor((amountFen * (100 - terms.pay_percent)) / 100)
  const cap = terms.cap_fen
  return cap && offFen > cap ? { offFen: cap, note: '封顶' } : { offFen, note: '' }
}

/** `工时 576.00 → 减 115.20` */
export function trySentence(terms: Terms, amountFen: number): string {
  const { offFen, note } = tryOut(terms, amountFen)
  const subject = terms.kind === 'LABOUR' ? '工时' : terms.kind === 'ITEM' ? '项目' : '账单'
  return `${subject} ${yuan(amountFen)} → 减 ${yuan(offFen)}${note ? `（${note}）` : ''}`
}
