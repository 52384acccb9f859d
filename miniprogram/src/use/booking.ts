/** From a tapped time to a filled-in booking: hold the slot, and keep what O2 shows of it. */
import type { Meaning } from '@shared/states'
import { owner } from '@/api/owner'
import type { BookingPage, CouponOffer, Held, HomeVehicle, ItemOffer, PackageOffer } from '@/api/shapes'

/** How long the chosen jobs take, what they cost together, and the price with each coupon. */
export interface Quote {
  minutes: number
  totalFen: number
  coupons: CouponOffer[]
  /** Packages that the chosen jobs make up. */
  packages: PackageOffer[]
}

const quoteIn = ({ offer, coupons }: BookingPage): Quote => ({ minutes: offer.minutes, totalFen: offer.total_fen, coupons, packages: offer.packages.filter((each) => each.is_chosen) })

export async function quoteOf(vehicleId: number, storeId: number, itemIds: number[]): Promise<Quote> {
  return quoteIn(await owner.booking({ vehicle_id: vehicleId, store_id: storeId, item_ids: itemIds.join(',') }))
}

/** A held slot and what the store promises about it, with everything the owner would otherwise have to fill in. */
export interface BookingDraft {
  vehicle: HomeVehicle
  store: { id: number; name: string }
  items: ItemOffer[]
  extras: ItemOffer[]
  quote: Quote
  startsAt: string
  held: Held
  couponId: number | null
  campaignToken: string
}

export interface SlotChoice {
  vehicle: HomeVehicle
  storeId: number
  itemIds: number[]
  startsAt: string
  couponId?: number
  campaignToken?: string
}

/** Small jobs that fit into the same visit; only the workshop suggests big ones. */
const EXTRAS_SHOWN = 3

export const priceOf = (item: { labour_fen: number; parts_fen: number }): number => item.labour_fen + item.parts_fen

/** Pages can pass only an address to each other, and a draft is too long for that. */
let draft: BookingDraft | null = null
export const heldDraft = (): BookingDraft | null => draft

/** Holds the slot for ten minutes; reads the catalogue page first if that has not been done yet. */
export async function holdSlot(choice: SlotChoice, key: string, known?: BookingPage): Promise<BookingDraft> {
  const { vehicle, storeId, itemIds, startsAt, couponId } = choice
  const [held, page] = await Promise.all([
    owner.hold({ vehicle_id: vehicle.id, store_id: storeId, item_ids: itemIds, starts_at: startsAt }, key),
    known ?? owner.booking({ vehicle_id: vehicle.id, store_id: storeId, item_ids: itemIds.join(',') }),
  ])
  const { offer, coupons } = page
  const store = offer.calendar.stores.find((each) => each.id === storeId)
  const others = offer.items.filter((item) => !item.is_chosen && !item.is_maintenance)
  draft = {
    vehicle,
    store: { id: storeId, name: store?.short_name ?? '' },
    items: offer.items.filter((item) => item.is_chosen),
    extras: others.sort((a, b) => priceOf(a) - priceOf(b)).slice(0, EXTRAS_SHOWN),
    quote: quoteIn(page),
    startsAt,
    held,
    couponId: coupons.find((each) => each.coupon_id === couponId && !each.reason)?.coupon_id ?? coupons.find((each) => each.is_best)?.coupon_id ?? null,
    campaignToken: choice.campaignToken ?? '',
  }
  return draft
}

const STANDINGS: Record<string, { meaning: Meaning; word: string }> = {
  REQUESTED: { meaning: 'waiting', word: '已提交，等门店确认' },
  CONFIRMED: { meaning: 'done', word: '已确认' },
  ARRIVED: { meaning: 'active', word: '已到店' },
  CANCELLED: { meaning: 'idle', word: '已取消' },
  NO_SHOW: { meaning: 'idle', word: '没有到店' },
}
export const standingOf = (state: string): { meaning: Meaning; word: string } | undefined => STANDINGS[state]

/** Owners move their booking until then (the store's rule); later their advisor does. */
export function isTooLateToMove(movesUntil: string, now: Date): boolean {
  return now.getTime() > new Date(movesUntil).getTime()
}
