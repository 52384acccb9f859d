import { expect, it } from 'vitest'
import type { ApiKey, Delivery, Webhook } from '@/api/partners'
import { keyWord, targetWord, tryWord } from './words'

const now = new Date('2026-11-26T12:00:00+08:00')
const key = (columns: Partial<ApiKey>) => ({ ended_at: null, expires_at: null, last_used_at: null, ...columns }) as ApiKey
const one = (columns: Partial<Delivery['tries'][number]>) => ({ outcome: 'STATUS', status: null, detail: '', milliseconds: 12, ...columns }) as Delivery['tries'][number]

it('says whether a key still opens the door', () => {
  expect(keyWord(key({}), now)).toBe('还没用过')
  expect(keyWord(key({ last_used_at: '2026-11-26T11:00:00+08:00' }), now)).toBe('使用中')
  expect(keyWord(key({ expires_at: '2026-11-26T12:00:00+08:00' }), now)).toBe('已过期')
  expect(keyWord(key({ ended_at: '2026-11-01T12:00:00+08:00' }), now)).toBe('已停用')
})

it('says why a target is paused', () => {
  expect(targetWord({ state: 'PAUSED', pause_reason: 'KEEPS_FAILING' } as Webhook)).toBe('已暂停：对方一直没收到')
  expect(targetWord({ state: 'ACTIVE', pause_reason: null } as Webhook)).toBe('推送中')
})

it('says of each try what came of it', () => {
  expect(tryWord(one({ outcome: 'ACCEPTED', status: 204 }))).toBe('对方收下（204，12 毫秒）')
  expect(tryWord(one({ status: 500 }))).toBe('对方回 500（12 毫秒）')
  expect(tryWord(one({ outcome: 'NO_ANSWER', detail: 'timeout' }))).toBe('超时')
  expect(tryWord(one({ outcome: 'REFUSED', detail: 'address' }))).toBe('网址指向内网，没有发出')
})
