import { describe, expect, it } from 'vitest'
import { expectations, isGoing, isOpen, taskState } from './words'

describe('a post before it goes out', () => {
  const audience = { groups: 3, cannot: 0, customers: 1200, known: 800, refusing: 0, refusing_groups: [] as number[], owners: 2, today: 2, busy: [], per_owner_per_day: 1 }

  it('says how far it reaches and that everybody has a turn today', () => {
    expect(expectations(audience)).toEqual(['发到 3 个群，共 1,200 位客户，由 2 位群主在手机上确认。', '今天还能发：2 位群主都有名额（一位群主一天 1 个）。'])
  })

  it('names who has no turn left today, and says what cannot be sent to', () => {
    const said = expectations({ ...audience, cannot: 1, today: 1, busy: [{ owner: '王芳', given_today: 1 }] }).join('')
    expect(said).toContain('另有 1 个群现在发不了')
    expect(said).toContain('1 / 2 位群主；王芳今天的名额用完了')
  })

  it('says who said no, since nobody can be left out of a group', () => {
    expect(expectations({ ...audience, refusing: 2, refusing_groups: [7] }).at(-1)).toContain('1 个群里有 2 位认识的客户拒绝过营销')
    expect(expectations({ ...audience, groups: 0 })).toHaveLength(1)
  })

  it('is changed only before an owner has a task, and ended until it is over', () => {
    expect([isOpen('SCHEDULED'), isOpen('RUNNING'), isOpen('FAILED')]).toEqual([true, false, true])
    expect([isGoing('RUNNING'), isGoing('STOPPING'), isGoing('FINISHED')]).toEqual([true, false, false])
  })

  it('is confirmed for people while its results are still read', () => {
    expect(taskState({ state: 'MADE', confirmed_at: null }).word).toBe('还没确认')
    expect(taskState({ state: 'MADE', confirmed_at: '2026-11-24T10:00:00+08:00' }).word).toBe('已确认，在读结果')
  })
})
