import { expect, it } from 'vitest'
import type { FirstTimeFixed } from '@/api/comebacks'
import { fixedRate, groupsOf } from './comebacks'

const row = (whose: FirstTimeFixed['whose'], name: string): FirstTimeFixed => ({ whose, id: 1, name, visits: 40, external: 2, internal: 5 })

it('groups by whose work it was, the store first, and leaves out who has none', () => {
  expect(groupsOf([row('TECHNICIAN', '陈志强'), row('STORE', '湖畔')]).map(({ word }) => word)).toEqual(['全店', '技师'])
})

it('counts only what came back against the rate', () => {
  expect(fixedRate(row('STORE', '湖畔'))).toBe('95.0%')
})
