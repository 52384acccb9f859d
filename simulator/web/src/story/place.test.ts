import { expect, it } from 'vitest'
import { ACTS, fitting, placeOf, stepOf, stretchBegins } from './place'
import type { Act } from './steps'

const standing = (...facts: string[]) => async (act: Act) => facts.includes(act.result ?? '')
const target = (place: number) => ACTS[place]?.target

it('gives the address of every act, and the act of every address', () => {
  ACTS.forEach((_, place) => expect(placeOf(...stepOf(place))).toBe(place))
  expect(stepOf(ACTS.length)).toEqual([12, 10])
})

it('takes an address that leads nowhere for the nearest act', () => {
  expect(stepOf(placeOf(0, 0))).toEqual([1, 0])
  expect(stepOf(placeOf(4, 7))).toEqual([4, 0])
  expect(stepOf(placeOf(99, 99))).toEqual([12, 10])
})

it('stays where it is while what is before it stands and what is next does not', async () => {
  const place = placeOf(3, 2)
  expect(await fitting(place, standing('isFriend', 'hasPhone', 'hasCar', 'hasGift'))).toBe(place)
})

it('goes back to the booking when the booking is given up before the car came', async () => {
  const place = placeOf(5, 1)
  const found = await fitting(place, standing('isFriend', 'hasPhone', 'hasCar', 'hasGift'))
  expect(stepOf(found)).toEqual([3, 0])
})

it('goes back as far as nothing stands', async () => {
  expect(await fitting(placeOf(8, 2), standing())).toBe(0)
})

it('goes on past what somebody did in another way', async () => {
  const found = await fitting(placeOf(2, 0), standing('isFriend', 'hasPhone', 'hasCar', 'hasGift', 'isBooked', 'isConfirmed'))
  expect(stepOf(found)).toEqual([5, 0])
  expect(target(found)).toBe('clock-to-appointment')
})

it('leads back no further than to the last result: what stands is not done again', () => {
  expect(target(stretchBegins(placeOf(8, 3)))).toBe('o3-bill')
})

it('names a result in every step, so that each can be taken up again', () => {
  const steps = new Set(ACTS.flatMap((act, place) => (act.result ? [stepOf(place)[0]] : [])))
  expect([...steps]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

it('says after every result where the phone must stand to go on, unless a tab of it is pressed', () => {
  const isAlwaysThere = (act: Act) => ['clock-', 'staff-', 'owner-'].some((kind) => act.target.startsWith(kind))
  const silent = ACTS.filter((act, place) => stretchBegins(place) === place && !act.at && !act.passing && !isAlwaysThere(act))
  expect(silent.map((act) => act.target)).toEqual([])
})
