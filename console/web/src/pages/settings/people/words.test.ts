import { expect, it } from 'vitest'
import { becauseWords, heldAt, itemState } from './words'

it('says of a friend what WeCom answered, and of anything else what we did', () => {
  expect(itemState({ kind: 'FRIEND', state: 'ASKED', transfer: 'REFUSED' }).word).toBe('客户拒绝了')
  expect(itemState({ kind: 'SEND_TASK', state: 'ASKED', transfer: null }).word).toContain('由接手的人发')
  expect(itemState({ kind: 'CUSTOMER', state: 'FOR_A_PERSON', transfer: null }).word).toBe('要人处理')
})

it('names where a role holds, the group if nowhere else', () => {
  expect(heldAt({ store: '南山店', region: null })).toBe('南山店')
  expect(heldAt({ store: null, region: null })).toBe('集团')
})

it('tells why somebody may do a thing: the role, where, how far, and whether the group changed it', () => {
  const name = (id: number): string => `店${id}`
  expect(becauseWords({ role: 'SC', reach: 'SELF', is_whole_group: false, store_ids: [1, 2], is_changed: true }, name)).toBe('销售顾问（店1、店2）：本人的，本集团改过')
  expect(becauseWords({ role: 'RGN', reach: 'STORE', is_whole_group: false, store_ids: [1, 2, 3, 4], is_changed: false }, name)).toBe('区域总监（店1、店2等 4 家门店）：任职范围内的')
  expect(becauseWords({ role: 'GRP', reach: 'STORE', is_whole_group: true, store_ids: [], is_changed: false }, name)).toBe('集团总部（全集团）：任职范围内的')
})
