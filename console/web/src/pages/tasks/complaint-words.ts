import { lasting } from '@shared/format'
import type { Meaning } from '@shared/states'

/** Where a complaint stands, what its next step is, and what was done: in the words of the desk. */
const STATES: Record<string, { meaning: Meaning; word: string; next: string }> = {
  OPEN: { meaning: 'problem', word: '等人响应', next: '响应' },
  ACKNOWLEDGED: { meaning: 'active', word: '等方案', next: '给方案' },
  PLANNED: { meaning: 'active', word: '处理中', next: '解决' },
  RESOLVED: { meaning: 'waiting', word: '等回访', next: '回访' },
  CLOSED: { meaning: 'done', word: '已结案', next: '' },
}

export const complaintState = (state: string) => STATES[state] ?? { meaning: 'idle' as Meaning, word: state, next: '' }

const STEPS: Record<string, string> = {
  acknowledge: '开始处理', plan: '方案', resolve: '处理结果', close: '回访，车主满意', reopen: '车主还不满意，重新处理',
  add: '车主又说', amends: '补偿',
}

export const stepWord = (action: string): string => STEPS[action] ?? action

const MINUTE_MS = 60_000

/** How long there is still until a promised time, or for how long it has passed: 「还有 25 分钟」, 「已超时 2 天」. */
export function leftWords(due: string, now: Date): string {
  const minutes = (new Date(due).getTime() - now.getTime()) / MINUTE_MS
  return minutes >= 0 ? `还有 ${lasting(minutes)}` : `已超时 ${lasting(-minutes)}`
}
