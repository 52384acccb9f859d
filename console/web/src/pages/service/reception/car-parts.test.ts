import { expect, it } from 'vitest'
import { partAt } from './car-parts'
import { PARTS } from './walk-around'

it('proposes the part under a place, the same on both sides of the car', () => {
  expect(partAt('LEFT', 420, 560)).toBe('左前门')
  expect(partAt('RIGHT', 360, 560)).toBe('右后门')
  expect(partAt('LEFT', 230, 700)).toBe('轮毂')
  expect(partAt('TOP', 500, 500)).toBe('车顶')
  expect(partAt('FRONT', 500, 800)).toBe('前保险杠')
  expect(partAt('REAR', 500, 300)).toBe('后备箱盖')
})

it('proposes only parts that can be chosen', () => {
  for (const view of ['LEFT', 'RIGHT', 'TOP', 'FRONT', 'REAR'] as const) {
    for (let x = 0; x <= 1000; x += 50) for (let y = 0; y <= 1000; y += 50) expect(PARTS).toContain(partAt(view, x, y))
  }
})
