import { expect, test } from 'vitest'
import { curve, finding, percentOf } from './confirmation-curve'

const south = { store_id: 1, store: '深圳南山', staff: 20, hours: [0.5, 2, 30] }
const north = { store_id: 2, store: '广州天河', staff: 2, hours: [1, 4] }

test('a share counts who had confirmed by then', () => {
  expect([percentOf(south, 1), percentOf(south, 2), percentOf(south)]).toEqual([5, 10, 15])
  expect(percentOf({ ...south, staff: 0, hours: [] })).toBe(0)
})

test('the finding names the store furthest behind and how many are missing', () => {
  expect(finding([south, north])).toBe('深圳南山确认率 15%，离目标 90% 还差 15 人')
  expect(finding([north])).toBe('广州天河确认率到了 90%')
})

test('a line begins at nothing, steps at each confirmation and ends now', () => {
  const [line] = curve([north], 10, (token) => token).series as { data: number[][] }[]
  expect(line!.data).toEqual([[0, 0], [1, 50], [4, 100], [10, 100]])
})
