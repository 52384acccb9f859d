import { expect, it } from 'vitest'
import { refundState, wantedFen } from './refund-words'

it('reads yuan to the fen, and refuses what is no sum', () => {
  expect(['', '60', '60.5', '0.07', '1234.56'].map(wantedFen)).toEqual([0, 6000, 6050, 7, 123456])
  expect(['-1', '1.234', '六十', '1e3'].map(wantedFen)).toEqual([null, null, null, null])
})

it('does not call a refund done before the money was handed over', () => {
  const row = { state: 'APPROVED', is_to_pay_out: true } as Parameters<typeof refundState>[0]
  expect(refundState(row).word).toBe('待退给客户')
  expect(refundState({ ...row, state: 'SUCCESS', is_to_pay_out: false }).word).toBe('已退')
})
