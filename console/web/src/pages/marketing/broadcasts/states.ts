/** How a broadcast and a salesperson's task stand, in words. */
import { now } from '@shared/clock'
import { day } from '@shared/format'
import { addDays, fieldTime, momentOfField } from './times'
import type { Meaning, Shape } from '@shared/states'
import type { SendTask } from '@/api/broadcasts'

export const BROADCAST_STATES: Record<string, { word: string; meaning: Meaning; shape?: Shape }> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING_APPROVAL: { word: '待审批', meaning: 'waiting' },
  APPROVED: { word: '已同意，没排时间', meaning: 'waiting' },
  SCHEDULED: { word: '已排期', meaning: 'active' },
  RUNNING: { word: '进行中', meaning: 'active' },
  PAUSED: { word: '已暂停', meaning: 'waiting' },
  FINISHED: { word: '已结束', meaning: 'done' },
  CANCELLED: { word: '已取消', meaning: 'idle', shape: 'dash' },
}

export const BEFORE_RUNNING: ReadonlySet<string> = new Set(['DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'SCHEDULED'])

/** Paused, or approved and not begun at its time: the broadcast says why. */
export const WAITS_FOR_A_REASON: ReadonlySet<string> = new Set(['PAUSED', 'APPROVED'])

/** Nobody has to do anything about these any more. */
const OVER: ReadonlySet<string> = new Set(['EMPTY', 'FAILED', 'CANCELLED', 'SENT'])

export function taskState(task: SendTask, asksMembers: boolean): { word: string; meaning: Meaning; shape?: Shape } {
  if (task.confirmed_at) return { word: asksMembers ? '已确认' : '已发完', meaning: 'done' }
  if (!OVER.has(task.state)) {
    if (!task.staff_is_active) return { word: '已离职', meaning: 'problem' }
    if (task.away_until) return { word: `${task.away}至 ${day(task.away_until, now())}`, meaning: 'waiting', shape: 'dash' }
    if (task.declined_at) return { word: '不方便发', meaning: 'problem' }
  }
  const words: Record<string, { word: string; meaning: Meaning; shape?: Shape }> = {
    PENDING: { word: '排队建任务', meaning: 'idle' },
    CREATING: { word: '正在建任务', meaning: 'idle' },
    UNKNOWN: { word: '结果未知，正在核对', meaning: 'idle', shape: 'question' },
    CREATED: { word: asksMembers ? '待确认' : '平台在发', meaning: 'waiting' },
    SENT: { word: '已发完', meaning: 'done' },
    EMPTY: { word: '没人可发', meaning: 'idle', shape: 'dash' },
    FAILED: { word: '没建成', meaning: 'problem' },
    CANCELLED: { word: '已收回', meaning: 'idle', shape: 'dash' },
  }
  return words[task.state] ?? { word: task.state, meaning: 'idle' }
}

/** Tomorrow at ten, a start that suits most stores. */
export const usualStart = (now: Date): string => momentOfField(`${fieldTime(addDays(now, 1)).slice(0, 10)}T10:00`)
