import { expect, it } from 'vitest'
import { dayState, differenceWord, whatToDo } from './reconciliation-words'

it('says of each day what it waits for', () => {
  const day = { state: 'COMPARED' as const, open_differences: 0, trouble: '' }
  expect(dayState(day)).toEqual({ meaning: 'active', word: '对平，可结账' })
  expect(dayState({ ...day, open_differences: 3 }).word).toBe('3 条差异')
  expect(dayState({ ...day, state: 'OWED' }).word).toBe('等微信账单')
  expect(dayState({ ...day, state: 'OWED', trouble: 'WeChatPayError NO_AUTH' }).word).toBe('账单没取到')
  expect(dayState({ ...day, state: 'CLOSED' }).word).toBe('已结账')
})

it('has words and a next step for every way to differ', () => {
  for (const kind of ['NOT_HERE', 'NOT_THERE', 'AMOUNT', 'STATE', 'FEE'] as const)
    for (const movement of ['PAYMENT', 'REFUND'] as const) {
      expect(differenceWord({ kind, movement })).toContain(movement === 'REFUND' ? '退款' : '收款')
      expect(whatToDo({ kind, movement })).toMatch(/。$/)
    }
})
