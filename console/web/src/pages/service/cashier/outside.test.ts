import { expect, it } from 'vitest'
import { booked, movementWord } from './outside'

const refund = { kind: 'REFUND' as const, is_ours: true, is_followed: true, status: 'SUCCESS' }

it('says what moved and whether the books have it', () => {
  expect([movementWord(refund), booked(refund)]).toEqual(['商户平台退款', '已入账'])
  expect(booked({ ...refund, is_followed: false })).toBe('还没入账')
  expect(booked({ ...refund, is_followed: false, status: 'CLOSED' })).toBe('退款已关闭')
  expect([movementWord({ ...refund, is_ours: false, is_followed: false }), booked({ ...refund, is_ours: false, is_followed: false })]).toEqual(['退款，查无此单', '不在账里'])
  expect(movementWord({ ...refund, kind: 'PAYMENT', is_ours: false })).toBe('收款，查无此单')
})
