import { expect, test } from 'vitest'
import { driftSentence, driftWhy, tagTrouble } from './words'

test('what differs is counted in words, or nothing does', () => {
  expect(driftSentence([])).toBe('两边一致。')
  expect(driftSentence([{ kind: 'PUTTING_ON', how_many: 3 }, { kind: 'ONLY_THERE', how_many: 1 }])).toBe('还没贴到企业微信 3 · 企业微信里有，这里没有 1')
})

test('the reason is the platform’s refusal if there is one', () => {
  expect(driftWhy({ kind: 'PUTTING_ON', trouble: '' })).toBe('排着队，系统会贴上')
  expect(driftWhy({ kind: 'PUTTING_ON', trouble: 'WeComError 60011' })).toBe('这位同事不在应用的可见范围，或没有客户联系权限')
  expect(tagTrouble('WeComError 40126')).toContain('10000')
  expect(tagTrouble('WeComError 45009')).toContain('平台忙')
  expect(tagTrouble('')).toBe('')
})
