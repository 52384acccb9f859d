/** A rule's value as somebody types it: money in yuan, several values with 、 between, windows as 09:30–12:00. */
import type { PolicyRule, PolicyValue, RuleValue } from '@/api/policies'

const FEN = 100
const YUAN = '元'
const BETWEEN = '、'

export class NotReadable extends Error {}

export function textOf(rule: PolicyRule, value: RuleValue): string {
  if (!Array.isArray(value)) return one(rule, value)
  return value.map((each) => (Array.isArray(each) ? each.join('–') : one(rule, each))).join(BETWEEN)
}

const one = (rule: PolicyRule, value: number | string): string => (rule.unit === YUAN ? String(Number(value) / FEN) : String(value))

/** What was typed as the server takes it; raises `NotReadable` with a sentence. The bounds are the server's to judge. */
export function valueOf(rule: PolicyRule, text: string): RuleValue {
  const parts = text.split(/[、,，;；]/).map((part) => part.trim()).filter(Boolean)
  if (parts.length === 0) throw new NotReadable(`${rule.name}要填。`)
  if (!Array.isArray(rule.default)) return read(rule, rule.default, text.trim())
  const first = rule.default[0]
  if (Array.isArray(first)) return parts.map((part) => windowOf(rule, part))
  return parts.map((part) => read(rule, first ?? 0, part)) as number[]
}

function read(rule: PolicyRule, like: number | string, text: string): number | string {
  if (typeof like === 'string') return text.replace('：', ':')
  const number = Number(text.replace(/[%\s]/g, ''))
  if (!Number.isFinite(number) || text === '') throw new NotReadable(`${rule.name}要填数字。`)
  return rule.unit === YUAN ? Math.round(number * FEN) : number
}

function windowOf(rule: PolicyRule, text: string): string[] {
  const ends = text.replaceAll('：', ':').split(/[–—~-]/).map((end) => end.trim())
  if (ends.length !== 2 || !ends.every((end) => /^\d{2}:\d{2}$/.test(end))) throw new NotReadable(`${rule.name}要写成 09:30–12:00，几段之间用、隔开。`)
  return ends
}

/** 「3 到 30 分钟」 */
export function boundsOf(rule: PolicyRule): string {
  const unit = ['时刻', '权重', '时段'].includes(rule.unit) ? '' : ` ${rule.unit}`
  return `${textOf(rule, rule.least)} 到 ${textOf(rule, rule.most)}${unit}`
}

/** What holds in a place (null is the group), and whether it was set there. */
export function standing(rule: PolicyRule, storeId: number | null): { value: PolicyValue | undefined; isOwn: boolean; version: number } {
  const own = rule.values.find((value) => value.store_id === storeId)
  return { value: own ?? rule.values.find((value) => value.store_id == null), isOwn: own?.is_own ?? false, version: own?.version ?? 0 }
}
