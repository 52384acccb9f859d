/** What a walk-around begins with and what is sent of it. */
import { readAppointment } from '@/api/appointments'
import { readOrder, type RepairOrder } from '@/api/repair-orders'
import type { Photo } from '../photos/photos'
import { DAMAGE_LABEL, POSITIONS, type WalkAroundDraft } from './walk-around'

export interface Case {
  appointmentId: number | null
  order: RepairOrder | null
  vehicleId: number | null
  plate: string
  car: string
  customer: string
  lastMileageKm: number | null
  complaint: string
}

/** What is received: an appointment that has no order yet, or the order it became. */
export async function readCase(id: number, isReceiving: boolean): Promise<Case> {
  if (!isReceiving) return ofOrder(await readOrder(id))
  const booked = await readAppointment(id)
  if (booked.repair_order_id != null) return ofOrder(await readOrder(booked.repair_order_id))
  return {
    appointmentId: id,
    order: null,
    vehicleId: booked.vehicle_id,
    plate: booked.plate,
    car: booked.series,
    customer: booked.customer_name,
    lastMileageKm: booked.last_mileage_km,
    complaint: booked.note || booked.items.map((item) => item.name).join('、'),
  }
}

function ofOrder(order: RepairOrder): Case {
  return {
    appointmentId: order.appointment_id,
    order,
    vehicleId: order.vehicle_id,
    plate: order.plate,
    car: `${order.series} ${order.trim}`,
    customer: order.customer_name,
    lastMileageKm: order.mileage_km,
    complaint: order.complaint,
  }
}

/** The order to be opened for it, as the door takes it. */
export const orderOf = (appointmentId: number | null, draft: WalkAroundDraft) => ({
  appointment_id: appointmentId,
  store_id: null,
  customer_id: null,
  vehicle_id: null,
  mileage_km: draft.mileageKm ?? 0,
  mileage_reason: draft.mileageReason,
  is_mileage_confirmed: draft.isMileageConfirmed,
  complaint: draft.complaint,
  waits_on_site: false,
  sender_name: draft.senderName,
  origin_repair_order_id: null,
})

/** As many characters as the position of a photo may have. */
const POSITION_CHARS = 20

/** The report: every photo with its position, every damage with the photo that shows it. Further photos of a damage are kept under its name. */
export function reportOf(draft: WalkAroundDraft, kept: readonly Photo[], version: number) {
  const ofDamage = (mark: { id: string }) => kept.filter((each) => each.label === `${DAMAGE_LABEL}${mark.id}`)
  const further = draft.damages.flatMap((mark) =>
    ofDamage(mark).slice(1).map((photo) => ({ position: `${mark.part}${mark.damage}`.slice(0, POSITION_CHARS), key: photo.key ?? '' })),
  )
  const placed = kept
    .filter((photo) => !photo.label.startsWith(DAMAGE_LABEL))
    .map((photo) => ({ position: POSITIONS.find((position) => position.label === photo.label)?.code ?? 'OTHER', key: photo.key ?? '' }))
  return {
    energy_percent: draft.energyPercent,
    photos: [...placed, ...further],
    damages: draft.damages.flatMap((mark) => {
      const photo = ofDamage(mark)[0]
      return photo ? [{ part: mark.part, damage: mark.damage, key: photo.key ?? '', size: mark.size ?? '', view: mark.view ?? null, x: mark.x ?? null, y: mark.y ?? null }] : []
    }),
    belongings: draft.belongings,
    valuables_reminded: draft.valuablesReminded,
    covers_on: draft.coversOn,
    version,
  }
}
