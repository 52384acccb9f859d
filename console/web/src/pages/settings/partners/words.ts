/** What pages say of keys, targets and what they were told. */
import type { ApiKey, Delivery, Webhook } from '@/api/partners'

const TARGET_WORDS: Record<Webhook['state'], string> = { ACTIVE: '推送中', PAUSED: '已暂停', ENDED: '已停用' }
const PAUSE_WORDS: Record<NonNullable<Webhook['pause_reason']>, string> = {
  KEEPS_FAILING: '对方一直没收到',
  GONE: '对方说不再接收',
  BY_HAND: '手动暂停',
}
export const DELIVERY_WORDS: Record<Delivery['state'], string> = { PENDING: '待推送', DELIVERED: '已送达', GIVEN_UP: '已放弃' }
const ANSWERS: Record<string, string> = { timeout: '超时', unreachable: '连不上', tls: '证书不对', broken: '中途断开', address: '' }

export function keyWord(key: ApiKey, now: Date): string {
  if (key.ended_at) return '已停用'
  if (key.expires_at && new Date(key.expires_at) <= now) return '已过期'
  return key.last_used_at ? '使用中' : '还没用过'
}

export function targetWord(hook: Webhook): string {
  return hook.pause_reason ? `${TARGET_WORDS[hook.state]}：${PAUSE_WORDS[hook.pause_reason]}` : TARGET_WORDS[hook.state]
}

/** One try in words: what the other side answered, or why nobody did. */
export function tryWord(one: Delivery['tries'][number]): string {
  if (one.outcome === 'REFUSED') return '网址指向内网，没有发出'
  if (one.outcome === 'NO_ANSWER') return ANSWERS[one.detail] || '没有回应'
  const took = `${one.milliseconds} 毫秒`
  return one.outcome === 'ACCEPTED' ? `对方收下（${one.status}，${took}）` : `对方回 ${one.status}（${took}）`
}
