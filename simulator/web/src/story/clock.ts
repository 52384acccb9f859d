/** Business time as the hands need it: the clock is everybody's, and only moves forward. */
import { control } from '@/control/api'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
const STEP_MS = 5 * MINUTE_MS

export async function readClock(): Promise<number> {
  const { timestamp } = await control.clock()
  return timestamp * 1000
}

/** So many minutes from now, on a full five minutes, as people say a time. */
export async function inMinutes(minutes: number): Promise<string> {
  const then = (await readClock()) + minutes * MINUTE_MS
  return new Date(Math.ceil(then / STEP_MS) * STEP_MS).toISOString()
}

/** Work takes time: the business clock of everybody moves on. */
export async function pass(minutes: number): Promise<void> {
  await control.advance({ minutes })
}
