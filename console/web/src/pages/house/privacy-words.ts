/** Words of requests about personal data. */
import type { PrivacyRequest } from '@/api/privacy-requests'
import type { Meaning, Shape } from '@shared/states'

const KINDS: Record<PrivacyRequest['kind'], string> = { EXPORT: '导出', CORRECTION: '更正', DELETION: '删除' }
const STATES: Record<PrivacyRequest['state'], string> = { RECEIVED: '待答复', DONE: '已办结', REFUSED: '已说明不办', WITHDRAWN: '本人撤回' }

export const kindWord = (kind: PrivacyRequest['kind']): string => KINDS[kind]

const LOOKS: Record<PrivacyRequest['state'], { meaning: Meaning; shape?: Shape }> = {
  RECEIVED: { meaning: 'waiting' },
  DONE: { meaning: 'done' },
  REFUSED: { meaning: 'idle', shape: 'dash' },
  WITHDRAWN: { meaning: 'idle', shape: 'dash' },
}

/** Kinds and states to choose from. */
export const KIND_CHOICES = Object.entries(KINDS).map(([value, word]) => ({ value, word }))
export const STATE_CHOICES = Object.entries(STATES).filter(([value]) => value !== 'RECEIVED').map(([value, word]) => ({ value, word }))

export const stateLook = (state: PrivacyRequest['state']) => ({ ...LOOKS[state], word: STATES[state] })

export const stateWord = (state: PrivacyRequest['state']): string => STATES[state]

/** How long there is still; of what is over, nothing. */
export function leftWord(request: Pick<PrivacyRequest, 'state' | 'days_left'>): string {
  if (request.state !== 'RECEIVED') return ''
  if (request.days_left < 0) return `已超期 ${-request.days_left} 天`
  return request.days_left === 0 ? '今天到期' : `还有 ${request.days_left} 天`
}
