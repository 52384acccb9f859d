import { expect, test } from 'vitest'
import { actOf, kindWord, leftWord, stateWord } from './request-words'

test('the clock of a request is told until it is answered, also when we are late', () => {
  expect(leftWord({ state: 'RECEIVED', days_left: 15 })).toBe('还有 15 天')
  expect(leftWord({ state: 'RECEIVED', days_left: 0 })).toBe('今天到期')
  expect(leftWord({ state: 'RECEIVED', days_left: -2 })).toBe('已超期 2 天')
  expect(leftWord({ state: 'WITHDRAWN', days_left: -2 })).toBe('')
})

test('kinds and states have words', () => {
  expect(kindWord('DELETION')).toBe('删除')
  expect(stateWord('RECEIVED')).toBe('待答复')
  expect(actOf('EXPORT')).toEqual({ path: 'copy', word: '给本人看副本' })
})
