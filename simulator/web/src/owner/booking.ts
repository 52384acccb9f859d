/** From a tapped time to a filled-in booking: hold the slot, then gather what O2 shows. */
import type { OwnerApi } from './api'
import type { BookingDraft, Coupon, OwnerVehicle } from './types'

export interface SlotChoice {
  vehicle: OwnerVehicle
  store: { id: number; name: string }
  itemId: number
  startsAt: string
  couponId?: number
  campaignToken?: string
}

/** Small jobs that fit into the same visit; big ones are the workshop's to suggest. */
const EXTRAS_SHOWN = 3

export async function holdSlot(api: OwnerApi, choice: SlotChoice, key: string): Promise<BookingDraft> {
  const { vehicle, store, itemId, startsAt } = choice
  const [held, items, coupons] = await Promise.all([
    api.hold({ vehicle_id: vehicle.id, store_id: store.id, item_ids: [itemId], starts_at: startsAt }, key),
    api.items(vehicle.id, store.id),
    api.coupons(),
  ])
  const item = items.find((entry) => entry.item_id === itemId)
  if (!item) throw new Error('这个项目暂时不能预约，请换一个。')
  const price = (entry: { labour_fen: number; parts_fen: number }) => entry.labour_fen + entry.parts_fen
  const small = items.filter((entry) => !entry.is_maintenance && entry.item_id !== itemId)
  return {
    vehicle,
    store,
    item,
    extras: small.sort((a, b) => price(a) - price(b)).slice(0, EXTRAS_SHOWN),
    starts_at: startsAt,
    ...held,
    coupon: fitting(coupons.available, price(item), choice.couponId),
    campaign_token: choice.campaignToken ?? '',
  }
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
