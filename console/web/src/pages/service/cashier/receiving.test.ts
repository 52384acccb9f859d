import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, it } from 'vitest'
import type { Bill } from '@/api/bills'
import DuePart from './DuePart.vue'
import { cameIn, changeWords, partFen, partProblem, typedYuan, underWay } from './receiving'

const payment = (id: number, more: object = {}): Bill['payments'][number] => ({
  id, method: 'CASH', state: 'SUCCESS', amount_fen: 10_000, received_fen: 10_000, refunded_fen: 0, problem: '',
  created_at: '2026-11-23T02:00:00Z', succeeded_at: '2026-11-23T02:00:00Z', ...more,
})

describe('how much the desk takes', () => {
  it('is a sum in yuan, and never more than is due', () => {
    expect([partFen('100'), partFen('1,262.5'), partFen('abc'), partFen('')]).toEqual([10_000, 126_250, null, null])
    expect(typedYuan(126_200)).toBe('1262.00')
    expect(partProblem('262', 26_200)).toBe('')
    expect(partProblem('0', 26_200)).toContain('大于 0')
    expect(partProblem('-5', 26_200)).toContain('写成元')
    expect(partProblem('262.01', 26_200)).toBe('还没付的是 262.00 元，不能多收。')
    expect(partProblem('100', 5_000, true)).toContain('预存款最多能抵 50.00 元')
  })

  it('gives change for cash', () => {
    expect(changeWords('300', 26_200)).toBe('找零 38.00 元')
    expect(changeWords('262', 26_200)).toBe('不用找零')
    expect(changeWords('200', 26_200)).toBe('还差 62.00 元')
    expect(changeWords('', 26_200)).toBe('')
  })
})

describe('what came already', () => {
  const payments = [payment(4, { state: 'PAYING', method: 'WECHAT_CODE' }), payment(3, { method: 'CARD' }), payment(2, { state: 'FAILED' }), payment(1, { problem: 'NOT_PAYABLE' }), payment(0)]

  it('is what counts, oldest first, and what is under way', () => {
    expect(cameIn(payments).map((each) => each.id)).toEqual([0, 3])
    expect(underWay(payments)?.id).toBe(4)
  })

  it('is listed with its method beside what remains and the prefilled sum', async () => {
    const bill = { total_fen: 46_200, paid_fen: 20_000, due_fen: 26_200, payments } as unknown as Bill
    const html = await renderToString(createSSRApp({ render: () => h(DuePart, { bill, modelValue: '262.01', mostFen: 26_200 }) }))
    for (const part of ['262.00 元', '现金', '刷卡', '100.00 元', '付款码', 'value="262.01"', '不能多收']) expect(html).toContain(part)
  })
})
