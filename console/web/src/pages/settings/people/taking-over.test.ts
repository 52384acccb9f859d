import { expect, it } from 'vitest'
import type { Member } from '@/api/people'
import { deputiesFor } from './taking-over'

const member = (id: number, role: Member['roles'][number]['role'], store: number, active = true): Member => ({
  id, userid: `u${id}`, name: `同事${id}`, title: '', store_id: store, store: `店${store}`, is_active: active, version: 1,
  roles: [{ id, role, store_id: store, store: `店${store}`, region_id: null, region: null }],
})

it('offers colleagues of the same post and store, who work here and are not the absent', () => {
  const absent = member(1, 'SA', 1)
  const others = [absent, member(2, 'SA', 1), member(3, 'SA', 2), member(4, 'SVM', 1), member(5, 'SA', 1, false)]
  expect(deputiesFor(absent, others)).toEqual([{ value: 2, word: '同事2' }])
  expect(deputiesFor(undefined, others)).toEqual([])
})

it('offers other managers of the store to a manager who is alone in their post', () => {
  const manager = member(1, 'GM', 1)
  const others = [manager, member(2, 'SVM', 1), member(3, 'SVM', 2), member(4, 'SA', 1)]
  expect(deputiesFor(manager, others).map((one) => one.value)).toEqual([2])
  expect(deputiesFor(manager, [...others, member(5, 'GM', 1)]).map((one) => one.value)).toEqual([5])
  expect(deputiesFor(member(6, 'MKT', 1), others)).toEqual([])
})
