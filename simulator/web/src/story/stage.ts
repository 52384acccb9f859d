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

/**
 * `{order}` in a page's address is the newcomer's visit, `{broadcast}` the story's broadcast, `{approval}` what it waits for; `{card}` is where
 * the newest card of the seller leads.
 */
export async function pageFor(page?: string): Promise<string | undefined> {
  if (page?.includes('{order}')) {
    const newest = await newestVisit().catch(() => undefined)
    return newest && page.replace('{order}', String(newest.id))
  }
  if (page?.includes('{broadcast}') || page?.includes('{approval}')) {
    const newest = await storysBroadcast().catch(() => undefined)
    return newest && page.replace('{broadcast}', String(newest.id)).replace('{approval}', String(newest.approval_id ?? ''))
  }
  return page === '{card}' ? cardPage().catch(() => undefined) : page
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
