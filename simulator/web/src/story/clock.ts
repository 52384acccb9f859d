/** Moves business time as the story needs it. The clock is shared by everybody and only moves forward. */
import { control } from '@/control/api'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
const STEP_MS = 5 * MINUTE_MS

export async function readClock(): Promise<number> {
  const { timestamp } = await control.clock()
  return timestamp * 1000
}

/** So many minutes from now, rounded to five minutes, as people name a time. */
export async function inMinutes(minutes: number): Promise<string> {
  const then = (await readClock()) + minutes * MINUTE_MS
  return new Date(Math.ceil(then / STEP_MS) * STEP_MS).toISOString()
}

/** Work takes time: the business clock of everybody moves on. */
export async function pass(minutes: number): Promise<void> {
  await control.advance({ minutes })
}
