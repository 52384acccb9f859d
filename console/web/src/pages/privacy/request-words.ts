/** Words of requests about personal data. */
import type { AnswerPath, PrivacyRequest } from '@/api/privacy-requests'
import type { Meaning, Shape } from '@shared/states'

const KINDS: Record<PrivacyRequest['kind'], string> = { EXPORT: '导出', CORRECTION: '更正', DELETION: '删除', RESTRICTION: '限制处理' }
const STATES: Record<PrivacyRequest['state'], string> = { RECEIVED: '待答复', AGREED: '已同意，待删除', DONE: '已办结', REFUSED: '已说明不办', WITHDRAWN: '本人撤回' }

export const kindWord = (kind: PrivacyRequest['kind']): string => KINDS[kind]

const LOOKS: Record<PrivacyRequest['state'], { meaning: Meaning; shape?: Shape }> = {
  RECEIVED: { meaning: 'waiting' },
  AGREED: { meaning: 'active' },
  DONE: { meaning: 'done' },
  REFUSED: { meaning: 'idle', shape: 'dash' },
  WITHDRAWN: { meaning: 'idle', shape: 'dash' },
}

const ACTS: Record<PrivacyRequest['kind'], { path: AnswerPath; word: string }> = {
  EXPORT: { path: 'copy', word: '给本人看副本' },
  CORRECTION: { path: 'correction', word: '已更正' },
  DELETION: { path: 'deletion', word: '同意删除' },
  RESTRICTION: { path: 'restriction', word: '限制处理' },
}

/** What the officer does about it: the door, and the word on the button. */
export const actOf = (kind: PrivacyRequest['kind']) => ACTS[kind]

/** Kinds and states to choose from. */
export const KIND_CHOICES = Object.entries(KINDS).map(([value, word]) => ({ value: value as PrivacyRequest['kind'], word }))
export const STATE_CHOICES = Object.entries(STATES).filter(([value]) => value !== 'RECEIVED').map(([value, word]) => ({ value, word }))

export const stateLook = (state: PrivacyRequest['state']) => ({ ...LOOKS[state], word: STATES[state] })

export const stateWord = (state: PrivacyRequest['state']): string => STATES[state]

/** How long there is still; of what is over, nothing. */
export function leftWord(request: Pick<PrivacyRequest, 'state' | 'days_left'>): string {
  if (request.state !== 'RECEIVED') return ''
  if (request.days_left < 0) return `已超期 ${-request.days_left} 天`
  return request.days_left === 0 ? '今天到期' : `还有 ${request.days_left} 天`
}
