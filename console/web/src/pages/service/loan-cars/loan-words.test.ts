import { expect, it } from 'vitest'
import { energyWord, lendingState } from './loan-words'

it('says first of all that a car is late', () => {
  expect(lendingState({ state: 'OUT', is_late: true }).word).toBe('逾期没还')
  expect(lendingState({ state: 'OUT', is_late: false }).word).toBe('借出')
})

it('asks for what the car runs on', () => {
  expect([energyWord(true), energyWord(false)]).toEqual(['电量', '油量'])
})
