/** What 李敏, the advisor, does: receive, inspect, estimate, price, bill, hand over. */
import { control } from '@/control/api'
import { MINUTE_MS, inMinutes, pass, readClock } from '../clock'
import { hero } from '../hero'
import { as, forgetSessions, take } from '../people'
import { upload } from '../photos'
import { at, openVisit, order, orderId } from './visit'

const HUES = [210, 24, 150, 265, 340, 45]
const POSITIONS = ['FRONT_LEFT', 'FRONT_RIGHT', 'REAR_LEFT', 'REAR_RIGHT', 'DASHBOARD', 'INTERIOR'] as const
const LABELS = ['左前角', '右前角', '左后角', '右后角', '仪表盘', '内饰']

/** Ten minutes before the owner's next appointment. */
export async function goToAppointment(): Promise<void> {
  const now = await readClock()
  const coming = (await hero().appointments())
    .filter((each) => ['REQUESTED', 'CONFIRMED'].includes(each.state))
    .map((each) => new Date(each.starts_at).getTime())
    .sort((a, b) => a - b)[0]
  if (coming == null) throw new Error('还没有预约，先做前面的步骤。')
  const seconds = Math.round((coming - 10 * MINUTE_MS - now) / 1000)
  if (seconds <= 0) return
  await control.advance({ seconds })
  forgetSessions()
}

export async function confirmBooking(): Promise<void> {
  const asked = (await hero().appointments()).find((each) => each.state === 'REQUESTED')
  if (!asked) throw new Error('没有要确认的预约。')
  await (await as('limin')).POST('/api/staff/appointments/{appointment_id}/confirmation', {
    params: { path: { appointment_id: asked.id } },
    body: { version: asked.version },
  })
}

export async function checkIn(): Promise<void> {
  if (await openVisit()) return
  const staff = await as('limin')
  const here = (await hero().appointments()).find((each) => ['CONFIRMED', 'ARRIVED', 'NO_SHOW'].includes(each.state))
  if (!here) throw new Error('预约还没确认。')
  const appointment = { params: { path: { appointment_id: here.id } } }
  if (here.state !== 'ARRIVED') {
    const { version } = await take(staff.GET('/api/staff/appointments/{appointment_id}', appointment))
    await staff.POST('/api/staff/appointments/{appointment_id}/arrival', { ...appointment, body: { version } })
  }
  await staff.POST('/api/staff/repair-orders', {
    body: {
      appointment_id: here.id, store_id: null, customer_id: null, vehicle_id: null, origin_repair_order_id: null,
      mileage_km: 21_180, mileage_reason: '', is_mileage_confirmed: false, complaint: '做个保养，刹车有点响', waits_on_site: false, sender_name: '',
    },
  })
}

export async function walkAround(): Promise<void> {
  await checkIn()
  const staff = await as('limin')
  const shown = await order(staff)
  if (shown.inspection) return
  await pass(9)
  const photos = await Promise.all(POSITIONS.map(async (position, n) => ({ position, key: await upload(staff, LABELS[n]!, HUES[n]!) })))
  const damage = { part: '左前门', damage: '划痕', size: '3 厘米', view: 'LEFT' as const, x: 420, y: 560, key: await upload(staff, '左前门划痕', 12) }
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/inspection', {
    ...at(shown.id),
    body: {
      energy_percent: 60, photos, damages: [damage], belongings: '行车记录仪', valuables_reminded: true, covers_on: true, version: shown.version,
    },
  })
}

export async function estimate(): Promise<void> {
  const staff = await as('limin')
  await pass(4)
  const shown = await order(staff)
  const lines = shown.planned_items.map(({ item_id }) => ({ item_id, free: null, payer: 'CP' as const, payer_approval_number: '', deductible_fen: 0, is_guarantee: false, is_required: false, discount_fen: 0 }))
  const priced = await take(
    staff.POST('/api/staff/repair-orders/{repair_order_id}/estimate', {
      ...at(shown.id),
      body: { lines, with_diagnosis: false, promised_finish_at: await inMinutes(110), discount_fen: 0, discount_reason: '', version: shown.version },
    }),
  )
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/estimate/sending', { ...at(shown.id), body: { version: priced.version } })
}

export async function price(): Promise<void> {
  await pass(5)
  const staff = await as('limin')
  const sheet = (await order(staff)).sheets.find((each) => ['FOUND', 'PRICED'].includes(each.state))
  if (!sheet) throw new Error('没有要定价的增项。')
  const path = { params: { path: { additional_work_id: sheet.id } } }
  const { items, version } = await take(staff.GET('/api/staff/additional-work/{additional_work_id}', path))
  const priced = await take(
    staff.POST('/api/staff/additional-work/{additional_work_id}/prices', {
      ...path,
      body: { items: items.map(({ line_id }) => ({ line_id, labour_centihours: null, parts_fen: null, minutes: null, is_insured: null, payer_approval_number: '', deductible_fen: 0 })), version },
    }),
  )
  await staff.POST('/api/staff/additional-work/{additional_work_id}/sending', { ...path, body: { version: priced.version } })
}

export async function markReady(): Promise<void> {
  const staff = await as('limin')
  const shown = await order(staff)
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/ready', { ...at(shown.id), body: { version: shown.version } })
}

export async function sendBill(): Promise<void> {
  const staff = await as('limin')
  const bill = await take(staff.POST('/api/staff/repair-orders/{repair_order_id}/bill', at(await orderId())))
  await staff.POST('/api/staff/bills/{bill_id}/sending', { params: { path: { bill_id: bill.id } }, body: { version: bill.version } })
}

export async function handOver(): Promise<void> {
  const staff = await as('limin')
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/hand-over', {
    ...at(await orderId()),
    body: { is_key_given: true, are_old_parts_settled: true, is_settlement_sheet_given: true, are_valuables_given: true },
  })
}
