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
}

export const stepWord = (action: string): string => STEPS[action] ?? action
