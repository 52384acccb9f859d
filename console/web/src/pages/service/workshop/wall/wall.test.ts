import { expect, it } from 'vitest'
import type { WallBay } from '@/api/workshop'
import { standing, urgency } from './wall'

const AT = new Date('2026-11-28T02:05:00Z')
const job = (lineId: number, state: string, startsAt: string) => ({ line_id: lineId, repair_order_id: lineId, state, starts_at: startsAt }) as WallBay['jobs'][number]
const bay = (...jobs: WallBay['jobs']): WallBay => ({ jobs }) as WallBay

it('shows what is worked on, else what should have begun, and the next car', () => {
  const running = job(1, 'WORKING', '2026-11-28T01:00:00Z')
  const next = job(2, 'ASSIGNED', '2026-11-28T03:00:00Z')
  expect(standing(bay(job(9, 'DONE', '2026-11-28T00:00:00Z'), running, next), AT)).toEqual({ current: running, next })
  const late = job(3, 'ASSIGNED', '2026-11-28T02:00:00Z')
  expect(standing(bay(late), AT)).toEqual({ current: late, next: null })
  expect(standing(bay(next), AT)).toEqual({ current: null, next })
})

it('marks a promise that is past or near', () => {
  expect([urgency('2026-11-28T02:00:00Z', AT), urgency('2026-11-28T02:30:00Z', AT), urgency('2026-11-28T04:00:00Z', AT)]).toEqual(['past', 'soon', 'later'])
})
