import { describe, expect, it } from 'vitest'
import type { MyJob } from '@/api/workshop'
import { allSeconds, ownSeconds, shareOfStandard, todaySeconds } from './job-clock'

const NOW = new Date('2026-11-23T03:06:00Z')
const job = (facts: Partial<MyJob>): MyJob =>
  ({ standard_minutes: 60, clocked_seconds: 0, own_seconds: 0, own_today_seconds: 0, own_since: null, beside: [], is_own: true, ...facts }) as MyJob

describe('the clocks of a job', () => {
  it('runs from the instant the server keeps', () => {
    const running = job({ clocked_seconds: 600, own_seconds: 300, own_since: '2026-11-23T03:04:00Z', beside: [{ name: '刘强', since: '2026-11-23T03:05:00Z' }] })
    expect(ownSeconds(running, NOW)).toBe(420)
    expect(todaySeconds(running, NOW)).toBe(120)
    expect(allSeconds(running, NOW)).toBe(780)
  })

  it('stands while the job rests', () => {
    expect(ownSeconds(job({ own_seconds: 300 }), NOW)).toBe(300)
  })

  it('shares the standard time by what each clocked', () => {
    expect(shareOfStandard(job({ clocked_seconds: 1200, own_seconds: 300 }))).toBe(0.25)
    expect(shareOfStandard(job({}))).toBe(1)
    expect(shareOfStandard(job({ is_own: false }))).toBe(0)
  })
})
