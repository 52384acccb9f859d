/**
 * The story's own hands: each does through the staff API what a button of a console page does. 「替我点」 presses the
 * button where it is on the screen; these are for when it is not, and for jumping to a step.
 */
import type { Http } from '@shared/http'
import { control } from '@/control/api'
import { as, asNamed, forgetSessions, ownerApi, upload, useridOf } from './stage'
import { TECHNICIAN } from './steps'

type Named = { id: number; name: string }
interface Line extends Named {
  state: string
  source: string
  technician: string | null
  parts: { id: number; state: string }[]
}
interface Order {
  id: number
  version: number
  state: string
  lines: Line[]
  planned_items: { item_id: number; name: string }[]
  sheets: { id: number; state: string }[]
  inspection: object | null
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const HUES = [210, 24, 150, 265, 340, 45]
const inMinutes = (minutes: number, step = 5): string => {
  const now = Date.now() + clockOffset
  return new Date(Math.ceil((now + minutes * MINUTE_MS) / (step * MINUTE_MS)) * step * MINUTE_MS).toISOString()
}
let clockOffset = 0

async function readClock(): Promise<number> {
  const { timestamp } = await control.clock()
  clockOffset = timestamp * 1000 - Date.now()
  return timestamp * 1000
}

function owner() {
  if (!ownerApi.value) throw new Error('先在左边手机里打开小程序。')
  return ownerApi.value
}

async function orderId(): Promise<number> {
  const [newest] = await owner().orders()
  if (!newest) throw new Error('还没有接车，先做前面的步骤。')
  return newest.id
}

/** The visit that is not over yet. */
async function openOrder(): Promise<{ id: number } | undefined> {
  const ENDED = ['DELIVERED', 'CLOSED', 'VOID', 'LEFT']
  return (await owner().orders()).find((each) => !ENDED.includes(each.state))
}

const TO_DO = ['ASSIGNED', 'PAUSED', 'QC_FAIL', 'WORKING']

/** A job is done by whoever it was given to. */
const technicianOf = (line: Line): Promise<Http> => (line.technician ? asNamed(line.technician) : as('chenzhiqiang'))

/** The WeCom userid of the person whose act it is. */
export async function whoseTurn(staff: string): Promise<string> {
  if (staff !== TECHNICIAN) return staff
  const given = (await order(await as('limin'))).lines.filter((line) => line.technician)
  const current = given.find((line) => line.state === 'WORKING') ?? given.find((line) => TO_DO.includes(line.state)) ?? given[0]
  return current?.technician ? useridOf(current.technician) : 'chenzhiqiang'
}

async function order(http: Http): Promise<Order> {
  return http.get<Order>(`/api/staff/repair-orders/${await orderId()}`)
}

/** Work takes time: the business clock of everybody moves on. */
async function pass(minutes: number): Promise<void> {
  await control.advance({ minutes })
  await readClock()
}

const photo = async (http: Http, label: string, hue = 210) => ({ key: await upload(http, label, hue), label })

/** Ten minutes before the owner's next appointment. */
async function goToAppointment(): Promise<void> {
  const now = await readClock()
  const coming = (await owner().appointments())
    .filter((each) => ['REQUESTED', 'CONFIRMED'].includes(each.state))
    .map((each) => new Date(each.starts_at).getTime())
    .sort((a, b) => a - b)[0]
  if (coming == null) throw new Error('还没有预约，先做前面的步骤。')
  const seconds = Math.round((coming - 10 * MINUTE_MS - now) / 1000)
  if (seconds > 0) await control.advance({ seconds })
  forgetSessions()
}

async function checkIn(): Promise<void> {
  if (await openOrder()) return
  const http = await as('limin')
  const mine = await owner().appointments()
  const here = mine.find((each) => ['CONFIRMED', 'ARRIVED', 'NO_SHOW'].includes(each.state))
  if (!here) throw new Error('预约还没确认。')
  if (here.state !== 'ARRIVED') await http.post(`/api/staff/appointments/${here.id}/arrival`, { body: {} })
  await http.post('/api/staff/repair-orders', {
    body: { appointment_id: here.id, mileage_km: 21_180, complaint: '做个保养，刹车有点响' },
  })
}

async function walkAround(): Promise<void> {
  await checkIn()
  const http = await as('limin')
  if ((await order(http)).inspection) return
  await pass(9)
  const positions = ['FRONT_LEFT', 'FRONT_RIGHT', 'REAR_LEFT', 'REAR_RIGHT', 'DASHBOARD', 'INTERIOR']
  const labels = ['左前角', '右前角', '左后角', '右后角', '仪表盘', '内饰']
  const photos = await Promise.all(positions.map(async (position, n) => ({ position, key: await upload(http, labels[n]!, HUES[n]!) })))
  const damage = { part: '左前门', damage: '划痕 3 厘米', key: await upload(http, '左前门划痕', 12) }
  await http.post(`/api/staff/repair-orders/${await orderId()}/inspection`, {
    body: { energy_percent: 60, photos, damages: [damage], belongings: '行车记录仪', valuables_reminded: true, covers_on: true },
  })
}

async function quote(): Promise<void> {
  const http = await as('limin')
  await pass(4)
  const shown = await order(http)
  const path = `/api/staff/repair-orders/${shown.id}/estimate`
  await http.post(path, { body: { lines: shown.planned_items.map((item) => ({ item_id: item.item_id })), promised_finish_at: inMinutes(110) } })
  await http.post(`${path}/sending`, { body: {} })
}

interface Candidate {
  technician_id: number
  technician: string
  bay_id: number | null
  is_eligible: boolean
}

/** Give every authorised job to whoever is on this car, else to 陈志强, in the bay the rules recommend. */
async function dispatch(): Promise<void> {
  if (!(await hasUndispatched())) return
  await pass(3)
  await giveOut()
}

async function giveOut(): Promise<void> {
  const http = await as('zhoutao')
  const shown = await order(http)
  const usual = shown.lines.find((line) => line.technician)?.technician ?? '陈志强'
  for (const line of shown.lines.filter((each) => each.state === 'AUTHORIZED')) {
    const choices = (await http.get<Candidate[]>(`/api/staff/lines/${line.id}/candidates`)).filter((each) => each.is_eligible && each.bay_id)
    const chosen = choices.find((each) => each.technician === usual) ?? choices[0]
    if (!chosen) throw new Error('现在没有合适的技师。')
    await http.post(`/api/staff/repair-orders/${shown.id}/dispatch`, {
      body: { line_ids: [line.id], technician_id: chosen.technician_id, bay_id: chosen.bay_id },
    })
  }
}

async function handOutParts(): Promise<void> {
  const http = await as('sunlei')
  const shown = await order(http)
  if (shown.lines.some((line) => line.parts.some((part) => part.state === 'RESERVED'))) {
    await http.post(`/api/staff/repair-orders/${shown.id}/parts-issue`, { body: {} })
  }
}

async function start(): Promise<void> {
  const line = (await order(await as('limin'))).lines.find((each) => ['ASSIGNED', 'PAUSED', 'QC_FAIL'].includes(each.state))
  if (!line) return
  const http = await technicianOf(line)
  await http.post(`/api/staff/lines/${line.id}/start`, { body: { photos: [await photo(http, '施工前')] } })
}

async function find(): Promise<void> {
  await pass(12)
  const shown = await order(await as('limin'))
  const working = shown.lines.find((line) => line.state === 'WORKING')
  const http = working ? await technicianOf(working) : await as('chenzhiqiang')
  const catalogue = await owner().items((await owner().home()).vehicle!.id, 1)
  const item = (name: string) => catalogue.find((each) => each.name === name)?.item_id ?? null
  const found = [
    { name: '前刹车片', urgency: 'RED', finding: '剩 2.1 毫米，低于 3 毫米要换', hue: 0 },
    { name: '空调滤芯', urgency: 'YELLOW', finding: '发黑，有异味', hue: 45 },
    { name: '空调清洗', urgency: 'GREEN', finding: '蒸发箱有灰，可做可不做', hue: 150 },
  ]
  const findings = await Promise.all(
    found.map(async ({ hue, name, ...rest }) => ({ ...rest, item_id: item(name), name, photos: [await photo(http, name, hue)] })),
  )
  await http.post(`/api/staff/repair-orders/${shown.id}/additional-work`, { body: { findings } })
}

async function price(): Promise<void> {
  await pass(5)
  const http = await as('limin')
  const shown = await order(http)
  const sheet = shown.sheets.find((each) => ['FOUND', 'PRICED'].includes(each.state))
  if (!sheet) throw new Error('没有要定价的增项。')
  const path = `/api/staff/additional-work/${sheet.id}`
  const { items, version } = await http.get<{ items: { line_id: number }[]; version: number }>(path)
  const priced = await http.post<{ version: number }>(`${path}/prices`, { body: { items: items.map(({ line_id }) => ({ line_id })), version } })
  await http.post(`${path}/sending`, { body: { version: priced.version } })
}

/** 缺料: the brake pads are not on the shelf after all; the job waits and the owner is told until when. */
async function partsMissing(): Promise<void> {
  await pass(2)
  await giveOut()
  const storeRoom = await as('sunlei')
  const expected_at = inMinutes(45)
  const shown = await order(storeRoom)
  const pads = shown.lines.find((line) => line.name === '前刹车片' && line.state !== 'DECLINED')
  if (!pads) throw new Error('车主没有同意换前刹车片，这次不用等配件。')
  const wanted = pads.parts.find((part) => ['RESERVED', 'REQUESTED'].includes(part.state))
  if (wanted) await storeRoom.post(`/api/staff/part-requests/${wanted.id}/back-order`, { body: { expected_at, version: shown.version } })
  await handOutParts()
  const technician = await technicianOf((await order(storeRoom)).lines.find((line) => line.id === pads.id) ?? pads)
  for (const line of (await order(technician)).lines.filter((each) => each.state === 'WORKING')) await finishLine(await technicianOf(line), line)
  await technician.post(`/api/staff/lines/${pads.id}/start`, { body: {} })
  await technician.post(`/api/staff/lines/${pads.id}/parts-wait`, { body: { expected_at, version: (await order(technician)).version } })
}

async function finishLine(http: Http, line: Line): Promise<void> {
  if (line.state !== 'WORKING') await http.post(`/api/staff/lines/${line.id}/start`, { body: {} })
  await pass(14)
  const photos = [await photo(http, '施工后', 130), await photo(http, '旧件', 30)]
  await http.post(`/api/staff/lines/${line.id}/finish`, { body: { photos, is_self_checked: true } })
}

async function partsArrived(): Promise<void> {
  await pass(24)
  const http = await as('sunlei')
  const waiting = (await order(http)).lines.flatMap((line) => line.parts).filter((part) => part.state === 'BACKORDERED')
  for (const part of waiting) await http.post(`/api/staff/part-requests/${part.id}/arrival`, { body: {} })
  await handOutParts()
}

/** Do whatever is still to be done, job after job, and let the team look at it. */
async function finish(): Promise<void> {
  await giveOut()
  await handOutParts()
  const lines = (await order(await as('zhoutao'))).lines.filter((each) => TO_DO.includes(each.state))
  for (const line of lines.sort((a) => (a.state === 'WORKING' ? -1 : 1))) await finishLine(await technicianOf(line), line)
  const leader = await as('zhoutao')
  await leader.post(`/api/staff/repair-orders/${await orderId()}/team-check`, { body: {} })
}

async function failCheck(): Promise<void> {
  await pass(5)
  const http = await as('liuyang')
  const shown = await order(http)
  const done = shown.lines.filter((line) => line.state === 'DONE')
  const failed = done.find((line) => line.name === '前刹车片') ?? done[0]
  if (!failed) throw new Error('还没有做完的项目可以检查。')
  await http.post(`/api/staff/repair-orders/${shown.id}/quality-check/fail`, {
    body: { line_ids: [failed.id], reason: '左前刹车片卡簧没到位', photos: [await photo(http, '卡簧', 350)] },
  })
}

async function passCheck(): Promise<void> {
  await pass(6)
  const http = await as('liuyang')
  const id = await orderId()
  await http.post(`/api/staff/repair-orders/${id}/quality-check/pass`, { body: { was_road_tested: true, photos: [await photo(http, '路试', 200)] } })
}

async function markReady(): Promise<void> {
  const http = await as('limin')
  await http.post(`/api/staff/repair-orders/${await orderId()}/ready`, { body: {} })
}

async function sendBill(): Promise<void> {
  const http = await as('limin')
  const bills = await http.post<{ id: number; payer: string }[] | { id: number }>(`/api/staff/repair-orders/${await orderId()}/bill`, { body: {} })
  for (const bill of Array.isArray(bills) ? bills : [bills]) await http.post(`/api/staff/bills/${bill.id}/sending`, { body: {} })
}

async function handOver(): Promise<void> {
  const http = await as('limin')
  await http.post(`/api/staff/repair-orders/${await orderId()}/hand-over`, {
    body: { is_key_given: true, are_old_parts_settled: true, is_settlement_sheet_given: true },
  })
}

async function sixteenMonths(): Promise<void> {
  const DAYS = 487
  await control.advance({ days: DAYS })
  forgetSessions()
  // The nightly run looks at the calendar once the morning is there; work begins at ten.
  const now = new Date((await readClock()) + 8 * HOUR_MS)
  const hours = (10 - now.getUTCHours() + 24) % 24
  await control.advance({ hours, minutes: 5 })
}

interface Broadcast {
  id: number
  name: string
  state: string
  version: number
  approval_id: number | null
  starts_at: string | null
}
const PLAN = '老车主回店礼'

async function plan(): Promise<void> {
  const http = await as('linxiao')
  const [segments, templates] = await Promise.all([
    http.get<{ id: number; name: string }[]>('/api/staff/segments'),
    http.get<Named[]>('/api/staff/coupon-templates'),
  ])
  const segment = segments.find((each) => each.name === '沉睡车主') ?? segments[0]
  const coupon = templates.find((each) => each.name === '老友回店200元') ?? templates[0]
  await http.post('/api/staff/broadcasts', {
    body: {
      name: PLAN, segment_id: segment?.id, season_line: '天热了，空调和轮胎值得看一看', coupon_template_id: coupon?.id,
      control_percent: 5, budget_fen: 50_000_00,
    },
  })
}

async function newestPlan(http: Http): Promise<Broadcast> {
  const page = await http.get<Broadcast[] | { items: Broadcast[] }>('/api/staff/broadcasts')
  const newest = (Array.isArray(page) ? page : page.items)[0]
  if (!newest) throw new Error('还没有群发计划。')
  return newest
}

async function submitPlan(): Promise<void> {
  const http = await as('linxiao')
  const shown = await newestPlan(http)
  await http.post(`/api/staff/broadcasts/${shown.id}/submission`, { body: { version: shown.version, note: '老车主一年多没来了' } })
}

const AGREED = ['APPROVED', 'SCHEDULED', 'RUNNING', 'FINISHED']

async function approvePlan(): Promise<void> {
  const plan = await newestPlan(await as('linxiao'))
  if (AGREED.includes(plan.state)) return
  const http = await as('zhaojianguo')
  const { items } = await http.get<{ items: { id: number; version: number }[] }>('/api/staff/approvals', { view: 'to_decide' })
  const asked = items.find((each) => each.id === plan.approval_id)
  if (!asked) throw new Error('没有待审批的群发计划。')
  await http.post(`/api/staff/approvals/${asked.id}/decision`, { body: { agree: true, version: asked.version } })
}

/** The clock goes to where the agreed plan begins, in a few minutes if nobody chose a time; WeCom gets the tasks. */
async function goToPlan(): Promise<void> {
  const http = await as('linxiao')
  const now = await readClock()
  const shown = await newestPlan(http)
  if (!AGREED.includes(shown.state)) throw new Error('计划还没有人同意。')
  let starts_at = shown.starts_at
  if (shown.state === 'APPROVED') {
    starts_at = inMinutes(5)
    await http.post(`/api/staff/broadcasts/${shown.id}/schedule`, { body: { version: shown.version, starts_at } })
  }
  const seconds = starts_at ? Math.round((new Date(starts_at).getTime() + 6 * MINUTE_MS - now) / 1000) : 0
  if (seconds <= 0) return
  await control.advance({ seconds })
  forgetSessions()
}

/** WeCom's results come by themselves now and then; asking fetches the newest. */
async function fetchResults(): Promise<void> {
  await pass(30)
  await lookAtResult()
}

async function lookAtResult(): Promise<void> {
  const http = await as('linxiao')
  const shown = await newestPlan(http)
  await http.post(`/api/staff/broadcasts/${shown.id}/sync`, { body: {} })
}

export const HANDS = {
  goToAppointment, checkIn, walkAround, quote, dispatch, start, find, price, partsMissing, partsArrived, handOutParts, finish, failCheck, passCheck,
  markReady, sendBill, handOver, sixteenMonths, plan, submitPlan, approvePlan, goToPlan, fetchResults, lookAtResult,
}
export type HandName = keyof typeof HANDS

async function hasLineIn(states: readonly string[]): Promise<boolean> {
  return (await order(await as('limin'))).lines.some((line) => states.includes(line.state))
}

const hasUndispatched = (): Promise<boolean> => hasLineIn(['AUTHORIZED'])
const hasJobsLeft = (): Promise<boolean> => hasLineIn(TO_DO)

export const CONDITIONS = { hasUndispatched, hasJobsLeft }
export type ConditionName = keyof typeof CONDITIONS
