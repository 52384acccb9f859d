import { expect, it } from 'vitest'
import { fieldTime, momentOfField } from '@shared/format'
import { beforeSlot, isCancellable, isWhole, notPicked, runState, wishesOf } from './valet-words'

it('proposes an hour that leaves time for the drive to the slot', () => {
  expect(beforeSlot('2026-11-23T10:00:00+08:00', fieldTime)).toEqual({ from: '2026-11-23T07:30', to: '2026-11-23T08:30' })
})

it('sends nothing of what was not wanted, and all of what was', () => {
  const picked = { ...notPicked(), address: '科技园 12 栋', phone: '13800005678', from: '2026-11-23T07:30', to: '2026-11-23T08:30' }
  expect(wishesOf(picked, momentOfField)).toEqual([])
  expect(wishesOf({ ...picked, wanted: true }, momentOfField)).toMatchObject([{ kind: 'PICK_UP', window_from: '2026-11-23T07:30:00+08:00' }])
  expect(isWhole({ ...notPicked(), wanted: true })).toBe(false)
  expect(isWhole(notPicked())).toBe(true)
})

it('gives a run up only before its driver has the car', () => {
  expect(isCancellable('ON_THE_WAY')).toBe(true)
  expect(isCancellable('CAR_TAKEN')).toBe(false)
  expect(runState('ASSIGNED').word).toBe('已派')
})
