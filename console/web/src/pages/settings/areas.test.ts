import { expect, it } from 'vitest'
import { areasFor, GROUPS } from './areas'

it('shows each only the areas they may ever do something in, and no empty group', () => {
  const seen = areasFor(['imports.run'])
  expect(seen.flatMap(({ areas }) => areas.map(({ name }) => name))).toEqual(['imports'])
})

it('names each area once', () => {
  const names = GROUPS.flatMap(({ areas }) => areas.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
})
