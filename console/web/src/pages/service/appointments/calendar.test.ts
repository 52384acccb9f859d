import { expect, it } from 'vitest'
import { byDay, daysOf, stepped } from './calendar'

it('shows a week from Monday and a month in whole weeks', () => {
  expect(daysOf('day', '2026-11-26')).toEqual(['2026-11-26'])
  expect(daysOf('week', '2026-11-26')).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'])
  const month = daysOf('month', '2026-11-26')
  expect([month.length, month[0], month.at(-1)]).toEqual([42, '2026-10-26', '2026-12-06'])
})

it('steps by its own length, over the ends of months and years', () => {
  expect(stepped('day', '2026-11-30', 1)).toBe('2026-12-01')
  expect(stepped('week', '2026-11-26', -1)).toBe('2026-11-19')
  expect(stepped('month', '2026-12-31', 1)).toBe('2027-01-01')
  expect(stepped('month', '2026-01-15', -1)).toBe('2025-12-01')
})

it('lays what begins late in the evening on its day in China', () => {
  const late = { starts_at: '2026-11-26T15:30:00Z' }
  const early = { starts_at: '2026-11-26T16:30:00Z' }
  expect([...byDay([late, early])]).toEqual([['2026-11-26', [late]], ['2026-11-27', [early]]])
})
