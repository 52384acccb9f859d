import { expect, it } from 'vitest'
import { clockOf, MONTH_DAYS, WEEKDAYS } from './words'

it('says minutes as a time of day', () => expect([clockOf(0), clockOf(605), clockOf(1230)]).toEqual(['00:00', '10:05', '20:30']))

it('offers the last day of a month, and no day that some months lack', () => {
  expect(MONTH_DAYS[0]).toEqual({ value: 31, word: '最后一天' })
  expect(MONTH_DAYS.some(({ value }) => value === 29 || value === 30)).toBe(false)
  expect(WEEKDAYS[0]).toEqual({ value: 1, word: '周一' })
})
