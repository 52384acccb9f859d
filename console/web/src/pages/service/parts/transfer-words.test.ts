import { expect, test } from 'vitest'
import { elsewhereSaid, isUnderWay, sourceOf, transferState } from './transfer-words'

test('each state has its word, and those that are over are not under way', () => {
  expect(['ASKED', 'AGREED', 'SENT', 'RECEIVED', 'REFUSED', 'CANCELLED'].map((state) => transferState(state).word)).toEqual([
    '等答复', '已同意，待发出', '在途', '已收货', '没同意', '已取消',
  ])
  expect(['SENT', 'RECEIVED', 'REFUSED'].map(isUnderWay)).toEqual([true, false, false])
})

test('what others have, and what brings a part, are said with their names', () => {
  expect(elsewhereSaid([{ store_id: 2, store: '天河店', free: 4 }, { store_id: 3, store: '福田店', free: 1 }])).toBe('天河店 4 件，福田店 1 件')
  expect(sourceOf('part_transfer:7')).toEqual({ word: '调拨单 7', to: '/parts/transfers/7' })
  expect(sourceOf('purchase_order:5')).toEqual({ word: '采购单 5', to: '/parts/purchases/5' })
})
