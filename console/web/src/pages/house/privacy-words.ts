/** Words of requests about personal data. */
import type { PrivacyRequest } from '@/api/privacy-requests'

const KINDS: Record<PrivacyRequest['kind'], string> = { EXPORT: '导出', CORRECTION: '更正', DELETION: '删除' }
const STATES: Record<PrivacyRequest['state'], string> = { RECEIVED: '待答复', DONE: '已办结', REFUSED: '已说明不办', WITHDRAWN: '本人撤回' }

export const kindWord = (kind: PrivacyRequest['kind']): string => KINDS[kind]

export const stateWord = (state: PrivacyRequest['state']): string => STATES[state]

/** How long there is still; of what is over, nothing. */
export function leftWord(request: Pick<PrivacyRequest, 'state' | 'days_left'>): string {
  if (request.state !== 'RECEIVED') return ''
  if (request.days_left < 0) return `已超期 ${-request.days_left} 天`
  return request.days_left === 0 ? '今天到期' : `还有 ${request.days_left} 天`
}
