import { describe, expect, it } from 'vitest'
import * as f from './format'

const now = '2026-11-23T11:06:00+08:00'

describe('money', () => {
  it('always shows two decimals and groups thousands', () => {
    expect(f.money(178200)).toBe('1,782.00 元')
    expect(f.money(5)).toBe('0.05 元')
    expect(f.yuan(66800)).toBe('668.00')
  })
  it('writes a reduction with the true minus sign', () => expect(f.yuan(-10000)).toBe('\u2212100.00'))
  it('never shows an unknown amount as zero', () => {
    expect(f.money(null)).toBe('待报价')
    expect(f.tileMoney(undefined)).toBe('待报价')
    expect(f.money(0)).toBe('0.00 元')
  })
  it('shortens tiles from ten thousand yuan on', () => {
    expect(f.tileMoney(4_040_820)).toBe('4.04 万元')
    expect(f.tileMoney(999_999)).toBe('9,999.99 元')
  })
})

describe('past time', () => {
  it.each([
    ['2026-11-23T11:05:30+08:00', '刚刚'],
    ['2026-11-23T10:58:00+08:00', '8 分钟前'],
    ['2026-11-23T10:06:01+08:00', '59 分钟前'],
    ['2026-11-23T09:40:00+08:00', '今天 09:40'],
    ['2026-11-22T18:00:00+08:00', '昨天 18:00'],
    ['2026-11-21T10:24:00+08:00', '11月21日 10:24'],
    ['2025-08-02T10:24:00+08:00', '2025-08-02'],
  ])('%s reads %s', (at, text) => expect(f.pastTime(at, now)).toBe(text))

  it('turns the day at Shanghai midnight, not at UTC midnight', () => {
    expect(f.pastTime('2026-11-22T15:59:00Z', '2026-11-22T17:30:00Z')).toBe('昨天 23:59')
  })
  it('keeps the whole stamp for hover', () => expect(f.fullStamp('2026-11-23T02:40:05Z')).toBe('2026-11-23 10:40:05'))
})

describe('any time', () => {
  it('says of what is to come when it is, and of what is gone how long ago', () => {
    expect(f.anyTime('2026-11-24T11:06:00+08:00', now)).toBe('周二 11月24日 11:06')
    expect(f.anyTime('2026-11-23T10:58:00+08:00', now)).toBe('8 分钟前')
    expect(f.anyTime('2026-11-23T11:06:30+08:00', now)).toBe('刚刚')
  })
})

describe('coming time', () => {
  it('is absolute with its weekday', () => {
    expect(f.comingTime('2026-11-23T12:30:00+08:00', now)).toBe('周一 11月23日 12:30')
    expect(f.comingTime('2027-01-05T09:30:00+08:00', now)).toBe('周二 2027-01-05 09:30')
  })
  it('adds what is left inside the last hour', () => {
    expect(f.comingTime('2026-11-23T11:18:00+08:00', now)).toBe('周一 11月23日 11:18 还剩 12 分钟')
  })
  it('names slots by day', () => {
    expect(f.promiseTime('2026-11-23T10:50:00+08:00', now)).toBe('10:50')
    expect(f.promiseTime('2026-11-24T10:50:00+08:00', now)).toBe('11月24日 10:50')
    expect(f.promiseTime('2026-11-23T10:50:00+08:00', '2028-03-01T09:00:00+08:00')).toBe('2026-11-23 10:50')
    expect(f.slotTime('2026-11-24T08:30:00+08:00', now)).toBe('明天 08:30')
    expect(f.slotTime('2026-11-25T09:00:00+08:00', now)).toBe('周三 09:00')
    expect(f.slotTime('2026-12-02T09:00:00+08:00', now)).toBe('12月2日 09:00')
    expect(f.slotTime('2026-11-18T09:00:00+08:00', now)).toBe('11月18日 09:00')
  })
  it('counts down in minutes and seconds and stops at zero', () => {
    expect(f.countdown('2026-11-23T11:15:58+08:00', now)).toBe('09:58')
    expect(f.countdown('2026-11-23T11:00:00+08:00', now)).toBe('00:00')
  })
  it('writes days without a time', () => {
    expect(f.day('2026-12-12', now)).toBe('12月12日')
    expect(f.day('2027-08-14', now)).toBe('2027-08-14')
    expect(f.isoDate('2027-01-05T15:59:59Z')).toBe('2027-01-05')
    expect(f.daysUntil('2027-01-04', now)).toBe(42)
    expect(f.boardDate(now)).toBe('11月23日 周一')
    expect(f.timeRange('2026-11-23T09:30:00+08:00', '2026-11-23T10:30:00+08:00')).toBe('09:30–10:30')
  })
})

describe('cars', () => {
  it('puts the dot in a plate and leaves masks as the server gave them', () => {
    expect(f.plate('粤BD1245')).toBe('粤B·D1245')
    expect(f.plate('粤B·D**45')).toBe('粤B·D**45')
  })
  it('says a masked phone by its tail', () => expect(f.spokenMask('138****5678')).toBe('尾号 5678'))
  it('groups mileage', () => expect(f.mileage(21180)).toBe('21,180 公里'))
  it.each([
    [71, '约 75 分钟'],
    [75, '约 75 分钟'],
    [135, '2 小时 15 分'],
    [120, '2 小时'],
    [3 * 1440, '3 天'],
  ])('%i minutes read %s', (minutes, text) => expect(f.duration(minutes)).toBe(text))
  it.each([
    [0, '0 分钟'],
    [179, '179 分钟'],
    [180, '3 小时'],
    [1144, '19 小时'],
    [2 * 1440, '48 小时'],
    [5 * 1440 - 60, '5 天'],
  ])('%i minutes lasted %s', (minutes, text) => expect(f.lasting(minutes)).toBe(text))
  it('keeps labour in tenths and stopwatches in hours', () => {
    expect(f.labourHours(1.2)).toBe('1.2 小时')
    expect(f.stopwatch(72)).toBe('1:12')
    expect([f.runningClock(0), f.runningClock(127.9), f.runningClock(3_725)]).toEqual(['0:00:00', '0:02:07', '1:02:05'])
  })
  it('shortens a repair order number', () => expect(f.repairOrderShort('RO-S01-261123-0231')).toBe('工单 0231'))
})

describe('rates and counts', () => {
  it('shows a rate with one decimal and none without a base', () => {
    expect(f.rate(241, 14194)).toBe('1.7%')
    expect(f.rate(0, 0)).toBe('–')
  })
  it('shows attainment whole', () => expect(f.attainment(38, 46)).toBe('83%'))
  it('shows differences in points with their sign', () => {
    expect(f.pointDifference(0.0111)).toBe('+1.1 个百分点')
    expect(f.pointDifference(-0.003)).toBe('\u22120.3 个百分点')
  })
  it('never rounds a count', () => expect(f.count(20000)).toBe('20,000'))
})

it('reads and writes fields in Shanghai time wherever the browser is', () => {
  expect(f.fieldTime('2026-11-22T16:30:00Z')).toBe('2026-11-23T00:30')
  expect(new Date(f.momentOfField('2026-11-23T00:30')).toISOString()).toBe('2026-11-22T16:30:00.000Z')
})
