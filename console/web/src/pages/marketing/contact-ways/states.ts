/** How a code stands, in words. */
import type { Meaning, Shape } from '@shared/states'
import type { ContactKind, ContactWay, ContactWayState, Greeting, Quota, Span, Step, StepRow } from '@/api/contact-ways'

export const KINDS: Record<ContactKind, string> = { CODE: '渠道活码', LINK: '获客链接' }

export const WAY_STATES: Record<ContactWayState, { word: string; meaning: Meaning; shape?: Shape }> = {
  PENDING: { word: '正在生成', meaning: 'waiting' },
  READY: { word: '在用', meaning: 'active' },
  MOVING: { word: '在用，改动正在生效', meaning: 'waiting' },
  FAILED: { word: '没做成', meaning: 'problem' },
  ENDING: { word: '正在停用', meaning: 'waiting' },
  ENDED: { word: '已停用', meaning: 'idle', shape: 'dash' },
}

const OWED: readonly ContactWayState[] = ['PENDING', 'MOVING', 'ENDING']

/** Whether WeCom has yet to hear of something: the list looks again by itself. */
export const isMoving = (ways: readonly ContactWay[]): boolean => ways.some((way) => OWED.includes(way.state) && !way.is_stuck)

/** What to know besides: why it failed, or that WeCom has not taken it for a while. */
export function besides(way: ContactWay): string {
  if (way.state === 'FAILED') return way.reason
  if (way.unusable_since) return '企业微信说这条链接用不了'
  return way.is_stuck && OWED.includes(way.state) ? '企业微信一直没有收下，系统会接着试' : ''
}

/** Who takes turns, and who stands by. */
export function turnWords(way: ContactWay): string {
  const named = (isBackup: boolean) => way.turns.filter((turn) => turn.is_backup === isBackup).map((turn) => turn.staff).join('、')
  const backup = named(true)
  return `轮班：${named(false)}${backup ? `；替补：${backup}` : ''}`
}

export const STEPS: Record<Step, string> = { ADDED: '加好友', LOST: '7 天内流失', BOOKED: '预约', VISITED: '到店', PAID: '收款' }

export const GREETINGS: Record<Greeting, string> = { USUAL: '通用', SHOW: '展会、直播：先聊车型', SERVICE: '售后：先说保养维修' }

/** Of those who came when; without a choice all of them. */
export const SPANS: Record<Span, string> = { WEEK: '最近 7 天', MONTH: '本月', LAST_MONTH: '上月', QUARTER: '最近 90 天', YEAR: '最近 12 个月' }

/** The first day of a step of the chart, as short as its span allows. */
export const stepWord = (span: Span, step: StepRow): string => {
  const [, month, day] = step.begins_on.split('-').map(Number)
  return span === 'YEAR' ? `${month} 月` : `${month}/${day}${span === 'QUARTER' ? ' 起' : ''}`
}

const LOW_BALANCE = 20

/** Whether so little is left that somebody should buy more. */
export const isShort = (quota: Quota): boolean => quota.balance < LOW_BALANCE

/** How much of the quota lapses on the first day on which any does. */
export function lapsingWord(first: Quota['lapsing'][number]): string {
  const [year, month, day] = first.on.split('-').map(Number)
  return `${first.balance} 个 ${year} 年 ${month} 月 ${day} 日到期`
}
