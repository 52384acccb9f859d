import { expect, it } from 'vitest'
import { areasFor, GROUPS } from './areas'

const bays = { key: 'bays', word: '工位', what: '每家门店的工位', group: '门店与排班', warning: '' }

it('shows each only the areas they may ever do something in, and no empty group', () => {
  expect(areasFor(['imports.run'], []).flatMap(({ areas }) => areas.map(({ key }) => key))).toEqual(['imports'])
})

it('shows the lists of the server under their heading', () => {
  expect(areasFor([], [bays])).toEqual([
    { word: '门店与排班', areas: [{ key: 'bays', word: '工位', what: '每家门店的工位', warning: '', to: { name: 'setting-list', params: { list: 'bays' } } }] },
  ])
})

it('names each area once', () => {
  const names = GROUPS.flatMap(({ areas }) => areas.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
})
