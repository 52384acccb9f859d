/** From a tapped time to a filled-in booking: hold the slot, then gather what O2 shows. */
import { owner } from '@/api/owner'
import type { Coupon, Held, HomeVehicle, ServiceItem } from '@/api/shapes'

export interface SlotChoice {
  vehicle: HomeVehicle
  store: { id: number; name: string }
  itemIds: number[]
  startsAt: string
  couponId?: number
  campaignToken?: string
}

/** A held slot and what the store promises about it, with everything the owner would otherwise have to fill in. */
export interface BookingDraft {
  vehicle: HomeVehicle
  store: { id: number; name: string }
  items: ServiceItem[]
  extras: ServiceItem[]
  startsAt: string
  held: Held
  coupon: Coupon | null
  campaignToken: string
}

/** Small jobs that fit into the same visit; big ones are the workshop's to suggest. */
const EXTRAS_SHOWN = 3

export const priceOf = (item: { labour_fen: number; parts_fen: number }): number => item.labour_fen + item.parts_fen

/** What the next page confirms; pages hand each other an address only, and this is too long for one. */
let draft: BookingDraft | null = null
export const heldDraft = (): BookingDraft | null => draft

export async function holdSlot(choice: SlotChoice, key: string): Promise<BookingDraft> {
  const { vehicle, store, itemIds, startsAt } = choice
  const [held, offered, coupons] = await Promise.all([
    owner.hold({ vehicle_id: vehicle.id, store_id: store.id, item_ids: itemIds, starts_at: startsAt }, key),
    owner.items(vehicle.id, store.id),
    owner.coupons(),
  ])
  const items = offered.filter((entry) => itemIds.includes(entry.item_id))
  if (items.length === 0) throw new Error('这个项目暂时不能预约，请换一个。')
  const small = offered.filter((entry) => !entry.is_maintenance && !itemIds.includes(entry.item_id))
  const total = items.reduce((sum, entry) => sum + priceOf(entry), 0)
  draft = {
    vehicle,
    store,
    items,
    extras: small.sort((a, b) => priceOf(a) - priceOf(b)).slice(0, EXTRAS_SHOWN),
    startsAt,
    held,
    coupon: fitting(coupons.available, total, choice.couponId),
    campaignToken: choice.campaignToken ?? '',
  }
  return draft
}

/** The coupon named, else the first whose threshold is met. The bill finds the best one for certain. */
function fitting(usable: Coupon[], totalFen: number, couponId?: number): Coupon | null {
  const named = usable.find((coupon) => coupon.id === couponId)
  return named ?? usable.find((coupon) => coupon.value_fen > 0 && coupon.threshold_fen <= totalFen) ?? null
}

/** Owners move their booking until then (the store's rule); later their advisor does. */
export function isTooLateToMove(movesUntil: string, now: Date): boolean {
  return now.getTime() > new Date(movesUntil).getTime()
}
