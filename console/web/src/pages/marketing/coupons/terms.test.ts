import { expect, it } from 'vitest'
import { discountWord, mostOff, ruleOf, trySentence, type Terms } from './terms'

const labour: Terms = { kind: 'LABOUR', value_fen: 0, pay_percent: 80, cap_fen: 20_000, threshold_fen: 0, item_names: [] }
const threshold: Terms = { kind: 'THRESHOLD', value_fen: 10_000, pay_percent: 100, cap_fen: null, threshold_fen: 40_000, item_names: [] }

it('tries a discount and says where the cap stops it', () => {
  expect(trySentence(labour, 57_600)).toBe('工时 576.00 → 减 115.20')
  expect(trySentence(labour, 120_000)).toBe('工时 1,200.00 → 减 200.00（封顶）')
})

it('takes nothing off below the threshold', () => {
  expect(trySentence(threshold, 39_999)).toBe('账单 399.99 → 减 0.00（没到门槛）')
  expect(trySentence(threshold, 40_000)).toBe('账单 400.00 → 减 100.00')
})

it('never gives change', () => expect(trySentence({ ...threshold, kind: 'CASH', threshold_fen: 0 }, 6_000)).toBe('账单 60.00 → 减 60.00（不找零）'))

it('says the rule in the words of the trade', () => {
  expect(ruleOf(labour)).toBe('工时 8 折，最高减 200.00 元，无门槛')
  expect(discountWord(85)).toBe('8.5 折')
})

it('names the job and never its code', () => expect(ruleOf({ ...labour, kind: 'ITEM', item_names: ['洗车'] })).toBe('免费做一次 洗车'))

it('knows the most one coupon costs, and does not guess an item', () => {
  expect(mostOff(labour)).toBe(20_000)
  expect(mostOff({ ...labour, kind: 'ITEM' })).toBeNull()
})
