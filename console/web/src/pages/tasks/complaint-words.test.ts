import { expect, it } from 'vitest'
import { complaintState, leftWords, stepWord } from './complaint-words'

const now = new Date('2026-11-23T10:00:00+08:00')

it.each([
  ['2026-11-23T10:25:00+08:00', '还有 25 分钟'],
  ['2026-11-24T06:00:00+08:00', '还有 20 小时'],
  ['2026-11-23T09:50:00+08:00', '已超时 10 分钟'],
  ['2026-11-18T10:00:00+08:00', '已超时 5 天'],
])('a step due at %s is told as %s', (due, words) => {
  expect(leftWords(due, now)).toBe(words)
})

it('has words for what it knows, and shows what it does not know as it is', () => {
  expect([complaintState('PLANNED').next, complaintState('ELSE').word]).toEqual(['解决', 'ELSE'])
  expect([stepWord('amends'), stepWord('else')]).toEqual(['补偿', 'else'])
})
