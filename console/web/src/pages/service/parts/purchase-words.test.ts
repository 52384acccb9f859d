import { expect, it } from 'vitest'
import { fenOf, isOpen, purchaseState } from './purchase-words'

it('reads a price in whole fen and refuses what is none', () => {
  expect([fenOf('120'), fenOf(' 0.1 '), fenOf('19.99')]).toEqual([12000, 10, 1999])
  expect([fenOf(''), fenOf('-1'), fenOf('1.234'), fenOf('1e3'), fenOf('十')]).toEqual([null, null, null, null, null])
})

it('names every state and shows an unknown one as it is', () => {
  expect(purchaseState('PARTLY_ARRIVED').word).toBe('部分到货')
  expect(purchaseState('LOST').word).toBe('LOST')
  expect([isOpen('ORDERED'), isOpen('DRAFT')]).toEqual([true, false])
})
