import { expect, it } from 'vitest'
import { asksOfCars, definitionOf, isGroup, newCondition, nodeAt, problemWords, treeOf } from './conditions'
import { createHistory } from './history'
import { CONDITIONS } from './kinds'
import { noted } from './kinds/inputs'
import { offersOf } from './kinds/offers'

const SAVED = {
  match: 'all',
  items: [
    { field: 'series', values: ['云帆X6'] },
    { match: 'any', items: [{ field: 'spend', at_least_fen: 300_000 }, { field: 'paid_visits', months: 36, at_least: 3 }] },
  ],
}

it('gives a saved tree back unchanged', () => {
  expect(definitionOf(treeOf(SAVED))).toEqual(SAVED)
  const anyCar = { match: 'all', items: [{ ...SAVED, any_car: true }] }
  expect(definitionOf(treeOf(anyCar))).toEqual(anyCar)
})

it('offers 不必是同一辆车 where a car is asked for, not in an exclusion', () => {
  const ofCars = new Set(['series'])
  const tree = treeOf(SAVED)
  expect(asksOfCars(tree, ofCars)).toBe(true)
  expect(asksOfCars({ ...tree, match: 'none' }, ofCars)).toBe(false)
  expect(asksOfCars(treeOf({ match: 'all', items: [{ field: 'spend' }] }), ofCars)).toBe(false)
})

it('leaves out what is left open, but keeps a no', () => {
  const node = { ...newCondition('last_visit'), until_on: '2026-01-01' }
  expect(definitionOf(node)).toEqual({ field: 'last_visit', until_on: '2026-01-01' })
  expect(definitionOf({ ...newCondition('friend'), value: false })).toEqual({ field: 'friend', value: false })
})

it('finds the row a refusal names', () => {
  const found = nodeAt(treeOf(SAVED), '2.1')
  expect(found && !isGroup(found) && found.field).toBe('spend')
  expect(nodeAt(treeOf(SAVED), '2.9')).toBeNull()
})

it('knows every condition once', () => expect(new Set(CONDITIONS.map((each) => each.field)).size).toBe(CONDITIONS.length))

it('takes steps back and forth, and forgets what lay ahead once something new happens', () => {
  const history = createHistory('a')
  history.push('b')
  history.push('b')
  history.push('c')
  expect([history.undo(), history.undo(), history.undo()]).toEqual(['b', 'a', undefined])
  expect(history.redo()).toBe('b')
  history.push('d')
  expect(history.redo()).toBeUndefined()
  expect(history.undo()).toBe('b')
})

it('tells a refusal at its row without the names of our fields', () => {
  expect(problemWords('3', '缺 within_days')).toBe('第 3 条没填完')
  expect(problemWords('2.1', 'values 不能为空')).toBe('第 2.1 条不能为空')
  expect(problemWords('1', '缺少下限或上限')).toBe('第 1 条缺少下限或上限')
  expect(problemWords('', '条件最多 40 条')).toBe('条件最多 40 条')
})

it('asks of a custom field what its kind lets one ask', () => {
  const fields = [
    { value: 'fleet', word: '车队', kind: 'CHOICE', options: ['租赁'] },
    { value: 'km', word: '年里程', kind: 'NUMBER', options: [] },
    { value: 'pet', word: '养宠物', kind: 'YES', options: [] },
  ] as const
  const offers = { ...offersOf(null, []), fields: fields.map((each) => ({ ...each, options: [...each.options] })) }
  const names = (code: string) => noted('customer_fields')({ code }, offers).map((input) => input.name)
  expect([names(''), names('fleet'), names('km'), names('pet')]).toEqual([['code'], ['code', 'values'], ['code', 'at_least', 'at_most'], ['code', 'is_yes']])
})
