import { expect, it } from 'vitest'
import { isOfAge, receivableState, typedFen } from './receivable-words'

it('counts thirty days as the first step of age and ninety as the third', () => {
  expect([0, 30, 31, 60, 61, 90, 91].map((days) => ['30', '60', '90', 'older'].find((age) => isOfAge(days, age)))).toEqual(['30', '30', '60', '60', '90', '90', 'older'])
})

it('reads a sum as it is typed, and no other text', () => {
  expect(['410', '410.5', '0.29', '', '1,000', '-1', '1.234'].map(typedFen)).toEqual([41000, 41050, 29, null, null, null, null])
})

it('says of the house that a department is to be found', () => {
  expect(receivableState({ payer: 'G', state: 'OPEN' }).word).toBe('待记到部门')
  expect(receivableState({ payer: 'W', state: 'OPEN' }).word).toBe('待提交')
})
