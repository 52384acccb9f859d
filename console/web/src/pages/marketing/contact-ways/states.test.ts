import { describe, expect, it } from 'vitest'
import type { ContactWay, StepRow } from '@/api/contact-ways'
import { besides, isMoving, stepWord } from './states'

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
    expect(besides(way({}))).toBe('')
  })
})

describe('the steps of the chart', () => {
  it('are days, the Mondays of weeks, or months', () => {
    const step = { begins_on: '2026-08-24' } as StepRow
    expect([stepWord('WEEK', step), stepWord('QUARTER', step), stepWord('YEAR', step)]).toEqual(['8/24', '8/24 起', '8 月'])
  })
})
