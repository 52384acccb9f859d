/** Where the story may be: not before an act that is done, not after one that is not. Pure; the facts are asked for. */
import { STEPS, type Act } from './steps'

/** All acts in their order; the story's place is an index of it, one more when it is over. */
export const ACTS: readonly Act[] = STEPS.flatMap((step) => step.acts)
const FIRST = STEPS.map((_, n) => STEPS.slice(0, n).reduce((sum, step) => sum + step.acts.length, 0))

export function placeOf(step: number, act: number): number {
  const number = Math.min(STEPS.length, Math.max(1, step))
  const last = STEPS[number - 1]!.acts.length - (number < STEPS.length ? 1 : 0)
  return FIRST[number - 1]! + Math.min(last, Math.max(0, act))
}

/** The number of the step and the act in it. */
export function stepOf(place: number): [number, number] {
  const n = FIRST.findLastIndex((first) => first <= place)
  return [n + 1, place - FIRST[n]!]
}

const resultBefore = (place: number): number => ACTS.slice(0, place).findLastIndex((act) => act.result != null)

/** The acts between the last result and here: what a stray may have undone without undoing a result. */
export const stretchBegins = (place: number): number => resultBefore(place) + 1

/** The act whose result is the next. */
export function stretchEnds(place: number): number {
  const next = ACTS.findIndex((act, index) => index >= place && act.result != null)
  return next < 0 ? ACTS.length - 1 : next
}

/** The place that fits the facts, beginning at a place that may not. */
export async function fitting(place: number, holds: (act: Act) => Promise<boolean>): Promise<number> {
  let found = place
  for (let result = resultBefore(found); result >= 0 && !(await holds(ACTS[result]!)); result = resultBefore(result)) {
    found = stretchBegins(result)
  }
  if (found < place) return found
  for (;;) {
    const next = stretchEnds(found)
    if (!ACTS[next]?.result || !(await holds(ACTS[next]))) return found
    found = next + 1
  }
}
