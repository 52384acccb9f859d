import { expect, test } from 'vitest'
import type { PortfolioRow } from '@/api/broadcasts'
import { finding, placed } from './portfolio-chart'

const row = (name: string, low: number, per_return_fen: number | null): PortfolioRow =>
  ({ id: 1, name, lift: { difference: 0.01, low, high: 0.02, is_visible: low > 0 }, cost_per_return: per_return_fen == null ? null : { per_return_fen, low_fen: 1, high_fen: null } }) as unknown as PortfolioRow

test('only broadcasts with a known cost have a place in the chart', () => {
  expect(placed([row('秋', 0.001, 300_00), row('冬', -0.001, null)]).map(({ name }) => name)).toEqual(['秋'])
})

test('the finding counts what certainly worked and names the cheapest', () => {
  expect(finding([])).toBe('还没有开始过的群发')
  expect(finding([row('冬', -0.001, 100_00)])).toBe('1 次群发，还没有一次看得出效果')
  expect(finding([row('秋', 0.001, 300_00), row('夏', 0.001, 236_00), row('冬', -0.001, 100_00)])).toBe('3 次群发里 2 次有效；最省的是夏，每多来 1 人 236.00 元')
})
