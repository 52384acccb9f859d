import { expect, it } from 'vitest'
import type { PolicyRule, RuleValue } from '@/api/policies'
import { boundsOf, standing, textOf, valueOf } from './rule-text'

const rule = (value: RuleValue, more: Partial<PolicyRule> = {}): PolicyRule => ({
  field: 'it', name: '规则', unit: '分钟', least: 3, most: 30, source: '本店规定', is_group_only: false, default: value, default_told: '', values: [], history: [], ...more,
})

it.each([
  [10, '分钟', '10'],
  [50_000, '元', '500'],
  [12_350, '元', '123.5'],
  ['18:00', '时刻', '18:00'],
  ['0.25', '权重', '0.25'],
  [[1, 3, 7], '天', '1、3、7'],
  [[['09:30', '12:00'], ['14:00', '19:00']], '时段', '09:30–12:00、14:00–19:00'],
] as [RuleValue, string, string][])('%j in %s is typed and read back', (value, unit, text) => {
  const of = rule(value, { unit })
  expect(textOf(of, value)).toBe(text)
  expect(valueOf(of, text)).toEqual(value)
})

it('reads what people type', () => {
  expect(valueOf(rule([1, 3]), '1，3, 7')).toEqual([1, 3, 7])
  expect(valueOf(rule([['09:30', '12:00']]), '09：30-12:00')).toEqual([['09:30', '12:00']])
  expect(() => valueOf(rule(10), '十')).toThrow('要填数字')
  expect(() => valueOf(rule([['09:30', '12:00']]), '上午')).toThrow('09:30–12:00')
  expect(() => valueOf(rule(10), ' ')).toThrow('要填')
})

it('tells the bounds with their unit', () => {
  expect(boundsOf(rule(10))).toBe('3 到 30 分钟')
  expect(boundsOf(rule('18:00', { unit: '时刻', least: '09:00', most: '20:30' }))).toBe('09:00 到 20:30')
})

it('takes the value of the group where a store has none, and the version of the place itself', () => {
  const group = { store_id: null, store: '集团', value: 10, told: '10 分钟', is_own: true, version: 3, may_change: false }
  const store = { ...group, store_id: 5, value: 20, version: 1 }
  const of = rule(10, { values: [group, store] })
  expect(standing(of, 5)).toEqual({ value: store, isOwn: true, version: 1 })
  expect(standing(of, 6)).toEqual({ value: group, isOwn: false, version: 0 })
})
