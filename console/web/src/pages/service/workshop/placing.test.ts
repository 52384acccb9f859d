import { expect, it } from 'vitest'
import { momentAt, placeOf, type Held } from './placing'

const TEN = Date.parse('2026-11-28T02:00:00Z')
const NOON = Date.parse('2026-11-28T04:00:00Z')
const held: Held = {
  lineId: 1, orderId: 2, version: 3, name: '小保养', plate: '粤B·D**45', state: 'ASSIGNED', minutes: 60,
  at: { technicianId: 7, bayId: 8, startsAt: '2026-11-28T02:00:00Z' },
}

it('reads the time under the pointer in steps of five minutes, inside the day', () => {
  const track = { left: 100, width: 240 }
  expect(momentAt(220, track, TEN, NOON)).toBe(Date.parse('2026-11-28T03:00:00Z'))
  expect(momentAt(221, track, TEN, NOON)).toBe(Date.parse('2026-11-28T03:00:00Z'))
  expect(momentAt(0, track, TEN, NOON)).toBe(TEN)
  expect(momentAt(900, track, TEN, NOON)).toBe(NOON)
})

it('keeps the technician in another bay, and the bay with another technician', () => {
  const startsAt = TEN
  expect(placeOf(held, { row: 'bay:5', startsAt })).toEqual({ technician_id: 7, bay_id: 5, starts_at: '2026-11-28T02:00:00.000Z' })
  expect(placeOf(held, { row: 'technician:9', startsAt })).toEqual({ technician_id: 9, bay_id: 8, starts_at: '2026-11-28T02:00:00.000Z' })
})

it('leaves open what a job that waits does not have yet', () => {
  expect(placeOf({ ...held, at: null }, { row: 'bay:5', startsAt: TEN })).toMatchObject({ technician_id: undefined, bay_id: 5 })
})

it('asks for no time of work that has begun', () => {
  expect(placeOf({ ...held, state: 'WORKING' }, { row: 'bay:5', startsAt: TEN }).starts_at).toBeUndefined()
})
