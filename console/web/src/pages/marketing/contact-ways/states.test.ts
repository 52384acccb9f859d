import { describe, expect, it } from 'vitest'
import type { ContactWay, Quota, StepRow } from '@/api/contact-ways'
import { besides, isMoving, isShort, lapsingWord, stepWord } from './states'

const way = (change: Partial<ContactWay>): ContactWay => ({ state: 'READY', reason: '', is_stuck: false, ...change }) as ContactWay

describe('how a code stands', () => {
  it('looks again only while something moves', () => {
    expect(isMoving([way({}), way({ state: 'ENDED' })])).toBe(false)
    expect(isMoving([way({}), way({ state: 'ENDING' })])).toBe(true)
    expect(isMoving([way({ state: 'MOVING', is_stuck: true })])).toBe(false)
  })
  it('says why it failed, and that WeCom does not take it', () => {
    expect(besides(way({ state: 'FAILED', reason: '企业微信没有接受（41045）' }))).toContain('41045')
    expect(besides(way({ state: 'ENDING', is_stuck: true }))).toContain('接着试')
    expect(besides(way({ unusable_since: '2026-11-21T02:00:00Z' }))).toContain('用不了')
    expect(besides(way({}))).toBe('')
  })
})

describe('the steps of the chart', () => {
  it('are days, the Mondays of weeks, or months', () => {
    const step = { begins_on: '2026-08-24' } as StepRow
    expect([stepWord('WEEK', step), stepWord('QUARTER', step), stepWord('YEAR', step)]).toEqual(['8/24', '8/24 起', '8 月'])
  })
})

describe('the quota of links', () => {
  it('is short below twenty, and says what lapses first', () => {
    expect([isShort({ balance: 19 } as Quota), isShort({ balance: 20 } as Quota)]).toEqual([true, false])
    expect(lapsingWord({ on: '2026-12-05', balance: 30 })).toBe('30 个 2026 年 12 月 5 日到期')
  })
})
