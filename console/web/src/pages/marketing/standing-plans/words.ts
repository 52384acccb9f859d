/** Words and looks of 定期计划. */
import type { Meaning, Shape } from '@shared/states'
import type { PlanRule, PlanState, StandingRun } from '@/api/standing-plans'

export const PLAN_STATES: Record<PlanState, { word: string; meaning: Meaning; shape?: Shape }> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING: { word: '待审批', meaning: 'waiting' },
  ACTIVE: { word: '在跑', meaning: 'done' },
  PAUSED: { word: '已暂停', meaning: 'waiting' },
  ENDED: { word: '已结束', meaning: 'idle', shape: 'dash' },
}

export const RUN_STATES: Record<StandingRun['state'], { word: string; meaning: Meaning }> = {
  STARTED: { word: '发起了', meaning: 'done' },
  MISSED: { word: '错过', meaning: 'problem' },
  SKIPPED: { word: '没发', meaning: 'waiting' },
}

export const RHYTHMS: Record<PlanRule['rhythm'], string> = { DAILY: '每天', WEEKLY: '每周', MONTHLY: '每月', AFTER: '某事之后满几天' }
export const HAPPENINGS: Record<NonNullable<PlanRule['happening']>, string> = { DELIVERY: '新车交付', PAID_VISIT: '付费到店', FELL_ASLEEP: '变成沉睡' }
export const ON_HOLIDAY: Record<NonNullable<PlanRule['on_holiday']>, string> = { RUN: '照常', SKIP: '这次不发', LATER: '放完假第一天发' }
export const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'].map((word, index) => ({ value: index + 1, word }))
const LAST = 31
export const MONTH_DAYS = [{ value: LAST, word: '最后一天' }, ...Array.from({ length: 28 }, (_, index) => ({ value: index + 1, word: `${index + 1} 日` }))]

/** 600 → 10:00 */
export const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
