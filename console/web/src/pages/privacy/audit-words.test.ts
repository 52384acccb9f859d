import { expect, test } from 'vitest'
import { areaWord, factsOf, thingPage, thingWord } from './audit-words'

test('things and areas have words, and things with a page lead there', () => {
  expect(areaWord('REVEAL')).toBe('看完整号码')
  expect(thingWord('customer:12')).toBe('客户 12')
  expect(thingWord('customer')).toBe('客户')
  expect(thingWord('policy:approvals.remind_after_hours')).toBe('规则 approvals.remind_after_hours')
  expect(thingPage('customer:12')).toBe('/customers/12')
  expect(thingPage('coupon:3')).toBeNull()
})

test('what changed reads without the marks of a program', () => {
  expect(factsOf({ details: { before: { team_id: null, is_live: true }, after: { team_id: 1 } } })).toBe('改前：team_id 空，is_live 是；改后：team_id 1')
})

test('facts are one line, and what says nothing is left out', () => {
  expect(factsOf({ details: { rows: 30, search: false, store: null, states: [], columns: ['name'], did: {} } })).toBe('行数：30；列：name')
})

test('roles and differences of the address book are said in words', () => {
  expect(factsOf({ details: { before: [], after: ['SA@南山店', 'DPO@group'] } })).toBe('改后：服务顾问（南山店）、隐私负责人（集团）')
  expect(factsOf({ details: { kind: 'NEW', role: 'SC' } })).toBe('类别：新来的；岗位：销售顾问')
})
