/** What the workshop does: 周涛 gives out jobs, technicians do them, 孙磊 has the parts, 刘洋 checks. */
import { inMinutes, pass } from '../clock'
import { hero } from '../hero'
import { as, take, type Staff } from '../people'
import { photo } from '../photos'
import { at, atLine, order, orderId, technicianOf, TO_DO, type Line } from './visit'

const PADS = '前刹车片'
const FOUND = [
  { name: PADS, urgency: 'RED', finding: '剩 2.1 毫米，低于 3 毫米要换', hue: 0 },
  { name: '空调滤芯', urgency: 'YELLOW', finding: '发黑，有异味', hue: 45 },
  { name: '空调清洗', urgency: 'GREEN', finding: '蒸发箱有灰，可做可不做', hue: 150 },
] as const

async function hasLineIn(states: readonly string[]): Promise<boolean> {
  return (await order(await as('limin'))).lines.some((line) => states.includes(line.state))
}

export const hasUndispatched = (): Promise<boolean> => hasLineIn(['AUTHORISED'])
export const hasJobsLeft = (): Promise<boolean> => hasLineIn(TO_DO)

/** Give every authorised job to whoever is on this car, else to 陈志强, in the bay the rules recommend. */
export async function dispatch(): Promise<void> {
  if (!(await hasUndispatched())) return
  await pass(3)
  await giveOut()
}

async function giveOut(): Promise<void> {
  const staff = await as('zhoutao')
  let shown = await order(staff)
  const usual = shown.lines.find((line) => line.technician)?.technician ?? '陈志强'
  for (const line of shown.lines.filter((each) => each.state === 'AUTHORISED')) {
    const all = await take(staff.GET('/api/staff/lines/{line_id}/candidates', atLine(line.id)))
    const choices = all.filter((each) => each.is_eligible && each.bay_id != null)
    const chosen = choices.find((each) => each.technician === usual) ?? choices[0]
    if (chosen?.bay_id == null) throw new Error('现在没有合适的技师。')
    shown = await take(
      staff.POST('/api/staff/repair-orders/{repair_order_id}/dispatch', {
        ...at(shown.id),
        body: { line_ids: [line.id], technician_id: chosen.technician_id, bay_id: chosen.bay_id, starts_at: null, version: shown.version },
      }),
    )
  }
}

export async function handOutParts(): Promise<void> {
  const staff = await as('sunlei')
  const shown = await order(staff)
  if (!shown.lines.some((line) => line.parts.some((part) => part.state === 'RESERVED'))) return
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/parts-issue', { ...at(shown.id), body: { version: shown.version } })
}

export async function start(): Promise<void> {
  const line = (await order(await as('limin'))).lines.find((each) => ['ASSIGNED', 'PAUSED', 'QC_FAIL'].includes(each.state))
  if (!line) return
  const staff = await technicianOf(line)
  await staff.POST('/api/staff/lines/{line_id}/start', { ...atLine(line.id), body: { photos: [await photo(staff, '施工前')] } })
}

export async function find(): Promise<void> {
  await pass(12)
  const shown = await order(await as('limin'))
  const working = shown.lines.find((line) => line.state === 'WORKING')
  const staff = working ? await technicianOf(working) : await as('chenzhiqiang')
  const catalogue = await hero().items(shown.vehicle_id, shown.store_id)
  const findings = await Promise.all(
    FOUND.map(async ({ hue, name, ...rest }) => {
      const item_id = catalogue.find((each) => each.name === name)?.item_id ?? null
      return { ...rest, item_id, name, photos: [await photo(staff, name, hue)] }
    }),
  )
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/additional-work', { ...at(shown.id), body: { findings, pauses_line_id: null } })
}

/** 缺料: the brake pads are not on the shelf after all; the job waits and the owner is told until when. */
export async function partsMissing(): Promise<void> {
  await pass(2)
  await giveOut()
  const storeRoom = await as('sunlei')
  const expected_at = await inMinutes(45)
  const shown = await order(storeRoom)
  const pads = shown.lines.find((line) => line.name === PADS && line.state !== 'DECLINED')
  if (!pads) throw new Error('车主没有同意换前刹车片，这次不用等配件。')
  const wanted = pads.parts.find((part) => ['RESERVED', 'REQUESTED'].includes(part.state))
  if (wanted) {
    await storeRoom.POST('/api/staff/part-requests/{request_id}/back-order', {
      params: { path: { request_id: wanted.id } },
      body: { expected_at, version: shown.version },
    })
  }
  await handOutParts()
  const given = (await order(storeRoom)).lines
  for (const line of given.filter((each) => each.state === 'WORKING' && each.id !== pads.id)) await finishLine(await technicianOf(line), line)
  const technician = await technicianOf(given.find((line) => line.id === pads.id) ?? pads)
  if (given.find((line) => line.id === pads.id)?.state !== 'WORKING') {
    await technician.POST('/api/staff/lines/{line_id}/start', { ...atLine(pads.id), body: { photos: [] } })
  }
  await technician.POST('/api/staff/lines/{line_id}/parts-wait', {
    ...atLine(pads.id),
    body: { expected_at, promised_finish_at: null, version: (await order(technician)).version },
  })
}

async function finishLine(staff: Staff, line: Line): Promise<void> {
  if (line.state !== 'WORKING') await staff.POST('/api/staff/lines/{line_id}/start', { ...atLine(line.id), body: { photos: [] } })
  await pass(14)
  const photos = [await photo(staff, '施工后', 130), await photo(staff, '旧件', 30)]
  await staff.POST('/api/staff/lines/{line_id}/finish', { ...atLine(line.id), body: { photos, is_self_checked: true } })
}

export async function partsArrived(): Promise<void> {
  await pass(24)
  const staff = await as('sunlei')
  const waiting = (await order(staff)).lines.flatMap((line) => line.parts).filter((part) => part.state === 'BACKORDERED')
  for (const part of waiting) {
    await staff.POST('/api/staff/part-requests/{request_id}/arrival', { params: { path: { request_id: part.id } }, body: { quantity: null } })
  }
  await handOutParts()
}

/** Do whatever is still to be done, job after job, and let the team look at it. */
export async function finish(): Promise<void> {
  await giveOut()
  await handOutParts()
  const leader = await as('zhoutao')
  const lines = (await order(leader)).lines.filter((each) => TO_DO.includes(each.state))
  for (const line of lines.sort((a) => (a.state === 'WORKING' ? -1 : 1))) await finishLine(await technicianOf(line), line)
  const shown = await order(leader)
  await leader.POST('/api/staff/repair-orders/{repair_order_id}/team-check', { ...at(shown.id), body: { version: shown.version } })
}

export async function failCheck(): Promise<void> {
  await pass(5)
  const staff = await as('liuyang')
  const shown = await order(staff)
  const done = shown.lines.filter((line) => line.state === 'DONE')
  const failed = done.find((line) => line.name === PADS) ?? done[0]
  if (!failed) throw new Error('还没有做完的项目可以检查。')
  const reason = failed.name === PADS ? '左前刹车片卡簧没到位' : '放油螺栓扭矩没到标准'
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/quality-check/fail', {
    ...at(shown.id),
    body: { line_ids: [failed.id], reason, photos: [await photo(staff, '质检', 350)], checklist: [], version: shown.version },
  })
}

/** What the inspector says of each point. */
const CHECKED = [
  { point: '螺丝扭力', is_applicable: true, measured: '110' },
  { point: '轮胎气压', is_applicable: true, measured: '240/240/235/235' },
  ...['油液液位', '有无渗漏', '电气功能', '清洁复位'].map((point) => ({ point, is_applicable: true, measured: '' })),
]

export async function passCheck(): Promise<void> {
  await pass(6)
  const staff = await as('liuyang')
  const shown = await order(staff)
  await staff.POST('/api/staff/repair-orders/{repair_order_id}/quality-check/pass', {
    ...at(await orderId()),
    body: { was_road_tested: true, photos: [await photo(staff, '路试', 200)], checklist: CHECKED, version: shown.version },
  })
}
