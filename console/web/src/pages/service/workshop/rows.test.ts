import { expect, it } from 'vitest'
import { axisOf, laid, offOf, percentAt } from '../timeline/axis'

const axis = axisOf('2026-11-28T00:00:00Z', '2026-11-28T10:00:00Z', ['2026-11-28T09:00:00Z'])

it('runs from opening to closing, longer while work goes on, but not into tomorrow', () => {
  expect(percentAt(Date.parse('2026-11-28T05:00:00Z'), axis)).toBe(50)
  expect(axisOf('2026-11-28T00:00:00Z', '2026-11-28T10:00:00Z', ['2026-11-28T11:00:00Z']).to).toBe(Date.parse('2026-11-28T11:00:00Z'))
  expect(axisOf('2026-11-28T00:00:00Z', '2026-11-28T10:00:00Z', ['2026-11-29T03:00:00Z']).to).toBe(Date.parse('2026-11-28T13:00:00Z'))
})

it('shades what lies outside the shifts, the noon between two of them, too', () => {
  const off = offOf([
    { starts_at: '2026-11-28T05:00:00Z', ends_at: '2026-11-28T10:00:00Z' },
    { starts_at: '2026-11-28T01:00:00Z', ends_at: '2026-11-28T04:00:00Z' },
  ], axis)
  expect(off).toEqual([{ left: '0%', width: '10%' }, { left: '40%', width: '10%' }])
  expect(offOf([], axis)).toEqual([{ left: '0%', width: '100%' }])
})

it('gives overlapping bars lanes of their own and a height to match', () => {
  const spans = [{ startsAt: '2026-11-28T01:00:00Z', endsAt: '2026-11-28T03:00:00Z' }, { startsAt: '2026-11-28T02:00:00Z', endsAt: '2026-11-28T04:00:00Z' }]
  const { bars, height } = laid(spans, (span) => span, axis)
  expect(bars.map((bar) => bar.style.top)).toEqual(['0px', '48px'])
  expect(height).toBe('92px')
})
