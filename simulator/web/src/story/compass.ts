/**
 * Leads newcomers back who leave the story's path. While they look around, the compass checks the facts now and then. A
 * result that exists already moves the story on; one that never came or was undone moves it back. If only the thing to
 * press is out of sight, the story asks for another one in sight, or offers the way back.
 */
import { onScopeDispose, ref } from 'vue'
import { FACTS, lookAround } from './facts'
import { ACTS, fitting, stretchBegins, stretchEnds } from './place'
import type { Act } from './steps'

const LOOK_EVERY_MS = 500
/** Pages turn and sheets rise within this. */
const GRACE_MS = 2_000
/** If there is nothing to press for this long, the page is not just loading. */
const LOST_MS = 3_500
const ASK_EVERY_MS = 5_000
/** On a busy machine a callback, a job and a write may take this long between a press and its result. */
const BACK_AFTER_MS = 9_000

export const BACK_WORDS = '前面那件事现在不成立了，从这里接着来。'

export interface Traveller {
  place: () => number
  /** The facts are not checked while the story acts by itself. */
  isBusy: () => boolean
  isShown: (act: Act) => boolean
  reveal: (act: Act) => void
  go: (place: number) => void
  tell: (words: string) => void
}

async function holds(act: Act, world = lookAround()): Promise<boolean> {
  return act.result == null || FACTS[act.result](world)
}

/** Where the story stands by the facts alone. */
export function placeByFacts(place: number): Promise<number> {
  const world = lookAround()
  return fitting(place, (act) => holds(act, world))
}

export function useCompass(traveller: Traveller) {
  const isLost = ref(false)
  let hiddenSince: number | null = null
  let askedAt = 0
  let behindSince: number | null = null
  let watched = -1
  let isRevealed = false

  function begin(place: number, now: number): void {
    watched = place
    isRevealed = false
    isLost.value = false
    hiddenSince = null
    behindSince = null
    askedAt = now
  }

  /** A place it led to is as new to the compass as any other: who goes on from there has the same patience again. */
  function leadTo(place: number): void {
    traveller.go(place)
    begin(place, performance.now())
  }

  /** The facts may move the story forward at once, but back only when they stay the same. */
  async function ask(place: number, now: number): Promise<boolean> {
    askedAt = now
    const found = await placeByFacts(place)
    if (traveller.place() !== place || traveller.isBusy()) return true
    if (found >= place) behindSince = null
    if (found === place) return false
    if (found < place) {
      behindSince ??= now
      if (performance.now() - behindSince < BACK_AFTER_MS) return false
      traveller.tell(BACK_WORDS)
    }
    leadTo(found)
    return true
  }

  /** What can be pressed instead, between the last result and the next. A newcomer who is ahead stays ahead. */
  function otherInSight(place: number): number | undefined {
    const [first, last] = [stretchBegins(place), stretchEnds(place)]
    const later = Array.from({ length: last - place }, (_, n) => place + 1 + n)
    const earlier = Array.from({ length: place - first }, (_, n) => place - 1 - n)
    return [...later, ...earlier].find((each) => traveller.isShown(ACTS[each]!))
  }

  async function look(): Promise<void> {
    const now = performance.now()
    const place = traveller.place()
    const act = ACTS[place]
    if (!act || traveller.isBusy() || place !== watched) return begin(place, now)
    const next = ACTS[place + 1]
    if (act.isLook && next && traveller.isShown(next)) return leadTo(place + 1)
    if (traveller.isShown(act)) {
      if (!isRevealed) traveller.reveal(act)
      isRevealed = true
      hiddenSince = null
      isLost.value = false
      if (now - askedAt > ASK_EVERY_MS) await ask(place, now)
      return
    }
    hiddenSince ??= now
    const hidden = now - hiddenSince
    if (hidden < GRACE_MS) return
    if (now - askedAt > GRACE_MS && (await ask(place, now))) return
    const other = otherInSight(place)
    if (other != null) return leadTo(other)
    if (act.passing) return leadTo(place + 1)
    isLost.value = hidden > LOST_MS
  }

  let isAlive = true
  onScopeDispose(() => (isAlive = false))
  void (async () => {
    while (isAlive) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      // Not reached just now: the next look asks again.
      if (!document.hidden) await look().catch(() => undefined)
    }
  })()

  return { isLost }
}
