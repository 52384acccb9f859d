import { describe, expect, it } from 'vitest'
import { expectation, isGoing, isOpen } from './words'

describe('a Moment before it goes out', () => {
  const audience = { members: 3, customers: 1200, made_this_month: 1, seen_per_month: 4 }

  it('says whom it reaches and what the month still allows', () => {
    expect(expectation(audience)).toBe('3 位同事发，最多 1,200 位客户看得到。这些门店本月已发 1 条，企业微信一位客户一个月最多显示 4 条。')
    expect(expectation({ ...audience, made_this_month: 4 })).toContain('多半看不到了')
    expect(expectation({ ...audience, members: 0 })).toContain('没有能发的同事')
  })

  it('is changed only before WeCom was asked, and ended until it is over', () => {
    expect([isOpen('SCHEDULED'), isOpen('ASKED'), isOpen('FAILED')]).toEqual([true, false, true])
    expect([isGoing('RUNNING'), isGoing('WATCHED'), isGoing('CANCELLED')]).toEqual([true, false, false])
  })
})
