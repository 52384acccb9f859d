/** 应收 in the words of finance. */
import type { CostCentre, Receivable, ReceivablePage } from '@/api/receivables'
import { fullStamp, money } from '@shared/format'
import type { Meaning } from '@shared/states'

type Step = ReceivablePage['steps'][number]

const STATES: Record<Receivable['state'], { meaning: Meaning; word: string }> = {
  OPEN: { meaning: 'waiting', word: '待提交' },
  SUBMITTED: { meaning: 'active', word: '等对方核准' },
  ACCEPTED: { meaning: 'active', word: '已核准，待到账' },
  PART_ACCEPTED: { meaning: 'problem', word: '部分核准' },
  REFUSED: { meaning: 'problem', word: '被拒' },
  SETTLED: { meaning: 'done', word: '已结清' },
}

export const isOutside = (payer: string): boolean => payer === 'W' || payer === 'I'

/** The house submits nothing to anybody: its own bill waits for a department. */
export function receivableState(row: Pick<Receivable, 'state' | 'payer'>): { meaning: Meaning; word: string } {
  return row.state === 'OPEN' && !isOutside(row.payer) ? { meaning: 'waiting', word: '待记到部门' } : STATES[row.state]
}

export const PAYER_CHOICES = [
  { value: 'W', word: '三包索赔' },
  { value: 'I', word: '保险理赔' },
  { value: 'N', word: '内部' },
  { value: 'G', word: '善意' },
]

/** The steps of age finance looks at; thirty days are still the first. */
export const AGES = [
  { value: '30', word: '0–30 天', from: 0, to: 30 },
  { value: '60', word: '31–60 天', from: 31, to: 60 },
  { value: '90', word: '61–90 天', from: 61, to: 90 },
  { value: 'older', word: '90 天以上', from: 91, to: Infinity },
]

export const isOfAge = (days: number, age: string): boolean => AGES.some((each) => each.value === age && days >= each.from && days <= each.to)

export const COST_CENTRES: { value: CostCentre; word: string }[] = [
  { value: 'SERVICE', word: '售后部' },
  { value: 'PARTS', word: '配件部' },
  { value: 'SALES', word: '销售部' },
  { value: 'CARE', word: '客户关系部' },
]

/** A sum as somebody types it, in fen; null while it is none. */
export function typedFen(text: string): number | null {
  return /^\d{1,9}(\.\d{1,2})?$/.test(text.trim()) ? Math.round(Number(text) * 100) : null
}

export function stepSentence(step: Step): string {
  const sum = money(step.amount_fen)
  const centre = COST_CENTRES.find((each) => each.value === step.cost_centre)?.word ?? ''
  return {
    OPENED: `车主确认账单，应收 ${sum}`,
    SUBMITTED: `提交给 ${step.words}，未结 ${sum}`,
    ANSWERED: step.amount_fen ? `对方核准 ${sum}` : '对方拒绝',
    RECEIVED: `到账 ${sum}，${step.received_on ? fullStamp(step.received_on).slice(0, 10) : ''} 流水号 ${step.reference}`,
    BORNE: `内部承担 ${sum}，记到${centre}`,
  }[step.kind]
}
