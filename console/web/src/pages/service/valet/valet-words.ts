/** The words of runs, as desk and drivers say them. */
import { CANCELLED, lookOf, UNKNOWN } from '@shared/states'
import type { Wish } from '@/api/valet'
import type { Named } from '../states'

export const KINDS: Record<string, string> = { PICK_UP: '上门取车', RETURN: '送车上门', RESCUE: '道路救援' }

const STATES: Record<string, Named> = {
  PLANNED: { ...lookOf('waiting'), word: '没派司机' },
  ASSIGNED: { ...lookOf('idle'), word: '已派' },
  ON_THE_WAY: { ...lookOf('active'), word: '已出发' },
  CAR_TAKEN: { ...lookOf('active'), word: '已接到车' },
  DELIVERED: { ...lookOf('done'), word: '已送到' },
  FAILED: { ...lookOf('problem'), word: '没办成' },
  CANCELLED: { ...CANCELLED, word: '已取消' },
}

export const runState = (state: string): Named => STATES[state] ?? { ...UNKNOWN, word: state }
export const isOpen = (state: string): boolean => state === 'PLANNED' || state === 'ASSIGNED'
export const isCancellable = (state: string): boolean => isOpen(state) || state === 'ON_THE_WAY'

/** 上门取车 as a booking form keeps it; the times are those of its fields. */
export interface Picked {
  wanted: boolean
  address: string
  phone: string
  from: string
  to: string
}

export const notPicked = (): Picked => ({ wanted: false, address: '', phone: '', from: '', to: '' })

const HOUR_MS = 3_600_000
const AHEAD_HOURS = 2.5

/** A first proposal: an hour that ends an hour and a half before the slot, which leaves time for the drive. */
export function beforeSlot(startsAt: string, fieldTime: (at: number) => string): Pick<Picked, 'from' | 'to'> {
  const from = Date.parse(startsAt) - AHEAD_HOURS * HOUR_MS
  return { from: fieldTime(from), to: fieldTime(from + HOUR_MS) }
}

/** What the booking sends of it. */
export function wishesOf(picked: Picked, momentOfField: (text: string) => string): Wish[] {
  if (!picked.wanted || !picked.from || !picked.to) return []
  const { address, phone, from, to } = picked
  return [{ kind: 'PICK_UP', address, phone, window_from: momentOfField(from), window_to: momentOfField(to), latitude: null, longitude: null }]
}

export const isWhole = (picked: Picked): boolean => !picked.wanted || (picked.address.trim().length > 1 && picked.phone.trim() !== '')
