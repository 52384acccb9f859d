/** What the two phones show, and whose visit the story is about. */
import { shallowRef } from 'vue'
import { cardPage } from './facts'
import { storysBroadcast } from './hands/marketing'
import { newestVisit } from './hands/visit'
import { hero } from './hero'

/** A wish of the story: what a phone should show next. The number makes the same wish twice two wishes. */
export interface PlaceWish {
  phone: 'owner' | 'staff'
  place: string
  page?: string
  number: number
}

/** The frame of the mini-program in the left phone, once the page in it is there. */
export const miniProgram = shallowRef<HTMLIFrameElement | null>(null)

export const wish = shallowRef<PlaceWish | null>(null)

export function show(phone: 'owner' | 'staff', place: string, page?: string): void {
  wish.value = { phone, place, page, number: (wish.value?.number ?? 0) + 1 }
}

const NOT_THERE = '这一步要看的还没有，先把前面的做完。'

/**
 * `{order}` in a page's address is the newcomer's visit, `{broadcast}` the story's broadcast, `{approval}` what it waits for; `{card}` is where
 * the newest card of the seller leads. Throws when that cannot be said: the phone would show something else.
 */
export async function pageFor(page?: string): Promise<string | undefined> {
  if (page === '{card}') return cardPage()
  if (!page?.includes('{')) return page
  const [order, broadcast] = await Promise.all([
    page.includes('{order}') ? newestVisit() : undefined,
    page.includes('{order}') ? undefined : storysBroadcast(),
  ])
  const found: Record<string, number | null | undefined> = { order: order?.id, broadcast: broadcast?.id, approval: broadcast?.approval_id }
  return page.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (found[name] == null) throw new Error(NOT_THERE)
    return String(found[name])
  })
}

const SUBJECTS_FOR_MS = 2_000
let subjectsAt = 0
let subjectsOf = ''
let known: string[] = []

/** Whose matter the story is: the owner's newest visit and bookings. Other cars stand in the same lists. */
export async function subjects(target: string): Promise<string[]> {
  const api = hero()
  if (subjectsOf !== target || performance.now() - subjectsAt > SUBJECTS_FOR_MS) {
    subjectsOf = target
    subjectsAt = performance.now()
    const [orders, appointments] = await Promise.all([api.orders().catch(() => []), api.appointments().catch(() => [])])
    known = [...orders.slice(0, 1).map((order) => `order:${order.id}`), ...appointments.map((each) => `appointment:${each.id}`)]
  }
  return known
}

/** The console in the staff phone: it has loaded what it was sent to, and has said something since. */
export const frame = { isOpening: false, hasLoaded: false }

export function frameOpens(): void {
  frame.isOpening = true
  frame.hasLoaded = false
}

export function frameSpoke(): void {
  if (frame.hasLoaded) frame.isOpening = false
}
