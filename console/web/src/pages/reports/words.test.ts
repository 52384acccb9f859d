import { expect, it } from 'vitest'
import type { KpiDefinition, KpiFigures } from '@/api/reports'
import { adds, base, difference, finding, monthWord, standing, told } from './words'

const figure = (value: number | null, part = 0, whole = 0, rows = 0) => ({ value, part, whole, rows })
const of = (kpi: KpiFigures['kpi'], attainment: number | null, colour: KpiFigures['colour']): KpiFigures => ({
  kpi, attainment, colour, target: attainment === null ? null : 100, today: figure(null), month: figure(1), before: figure(null),
})
const definition = (kpi: KpiDefinition['kpi'], unit: KpiDefinition['unit']) =>
  ({ kpi, unit, counted: '准时', not_counted: '晚了' }) as KpiDefinition

it('writes a value in its unit, and what nobody knows as a dash', () => {
  expect(told('PERCENT', 833)).toBe('83.3%')
  expect(told('POINTS', -205)).toBe('−20.5')
  expect(told('FEN', 168_850)).toBe('1,688.50 元')
  expect(told('COUNT', 1200)).toBe('1,200')
  expect(told('PERCENT', null)).toBe('–')
})

it('says how much it moved, in points and not in percent of percent', () => {
  expect(difference('PERCENT', 833, 800)).toBe('+3.3 个百分点')
  expect(difference('COUNT', 40, 52)).toBe('−12')
  expect(difference('FEN', 100, 100)).toBe('持平')
  expect(difference('PERCENT', null, 800)).toBe('')
})

it('shows what a rate stands on', () => {
  expect(base(definition('on_time', 'PERCENT'), figure(833, 10, 12, 12))).toBe('10/12')
  expect(base(definition('bays', 'PERCENT'), figure(500, 3600, 7200, 2))).toBe('2 条')
  expect(base(definition('visits', 'COUNT'), figure(5, 5, 5, 5))).toBe('')
})

it('names what is furthest behind', () => {
  const word = (kpi: string) => (kpi === 'on_time' ? '准时交车率' : kpi)
  expect(finding([of('visits', 100, 'GREEN'), of('on_time', 42, 'RED'), of('nps', 80, 'YELLOW'), of('bays', null, 'GREY')], word)).toBe(
    '3 项有目标，1 项达成；最落后的是准时交车率，完成 42%',
  )
  expect(finding([of('visits', 40, 'GREEN')], word)).toBe('1 项有目标，都达成')
  expect(finding([of('bays', null, 'GREY')], word)).toBe('还没有定目标')
})

it('says what a row adds', () => {
  expect(adds(definition('on_time', 'PERCENT'), { part: 1, whole: 1 })).toBe('准时')
  expect(adds(definition('on_time', 'PERCENT'), { part: 0, whole: 1 })).toBe('晚了')
  expect(adds(definition('efficiency', 'PERCENT'), { part: 5400, whole: 3600 })).toBe('售 1.5 小时，打卡 1.0 小时')
  expect(adds(definition('value', 'FEN'), { part: 10_000, whole: 1 })).toBe('100.00 元')
  expect(monthWord('2026-09-01')).toBe('9 月')
})

it('tells a target that is not there from a figure that is not there', () => {
  expect(standing(of('visits', 42, 'RED')).word).toBe('落后 42%')
  expect(standing(of('visits', null, 'GREY')).word).toBe('无目标')
  expect(standing({ ...of('visits', null, 'GREY'), target: 100 }).word).toBe('还没有数')
})
