import { expect, it } from 'vitest'
import { lanesOf } from './lanes'

it('keeps one job after another in one lane', () => {
  expect(lanesOf([{ from: 0, to: 10 }, { from: 10, to: 25 }, { from: 30, to: 40 }])).toEqual([0, 0, 0])
})

it('puts two jobs of the same hour below each other and goes back up when there is room', () => {
  expect(lanesOf([{ from: 0, to: 20 }, { from: 0, to: 10 }, { from: 12, to: 30 }, { from: 20, to: 40 }])).toEqual([0, 1, 1, 0])
})

it('takes bars in any order', () => {
  expect(lanesOf([{ from: 15, to: 30 }, { from: 0, to: 20 }])).toEqual([1, 0])
})
