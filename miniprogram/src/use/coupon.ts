/** 去预约 with a coupon: for its own car, the one looked at, or the first; without any, where one is bound. */
import { owner } from '@/api/owner'
import { go } from './go'
import { chosenVehicle } from './vehicle'

export async function bookWith(coupon: { id: number; vehicle_id: number | null }): Promise<void> {
  const vehicle = coupon.vehicle_id ?? chosenVehicle.value ?? (await owner.home()).vehicle?.id
  if (vehicle) go('times', { vehicle, coupon: coupon.id })
  else go('bind', { more: 1 })
}
