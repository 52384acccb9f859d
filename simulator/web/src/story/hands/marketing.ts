/** What 林晓 and 赵建国 do to win owners back. */
import { control } from '@/control/api'
import { HOUR_MS, inMinutes, MINUTE_MS, pass, readClock } from '../clock'
import { HERO } from '../hero'
import { as, forgetSessions, take, type Schema } from '../people'
import { newestVisit, order } from './visit'

export type Broadcast = Schema<'BroadcastRow'>
const PLAN = '老车主回店礼'
const SIXTEEN_MONTHS_DAYS = 487
const MORNING_HOUR = 10
const AFTER_START_MINUTES = 6
/** Somebody agreed to it. */
export const AGREED: readonly string[] = ['APPROVED', 'SCHEDULED', 'RUNNING', 'FINISHED']

const at = (broadcast_id: number) => ({ params: { path: { broadcast_id } } })

export async function sixteenMonths(): Promise<void> {
  await control.advance({ days: SIXTEEN_MONTHS_DAYS })
  forgetSessions()
  // The nightly run looks at the calendar once the morning is there; work begins at ten.
  const now = new Date((await readClock()) + 8 * HOUR_MS)
  const hours = (MORNING_HOUR - now.getUTCHours() + 24) % 24
  await control.advance({ hours, minutes: 5 })
}

export async function draftBroadcast(): Promise<void> {
  const staff = await as('linxiao')
  const [segments, templates] = await Promise.all([take(staff.GET('/api/staff/segments')), take(staff.GET('/api/staff/coupon-templates'))])
  const segment = segments.find((each) => each.name === '沉睡车主') ?? segments[0]
  const coupon = templates.find((each) => each.name === '老友回店200元') ?? templates[0]
  if (!segment || !coupon) throw new Error('演示数据里没有分群或卡券。')
  await staff.POST('/api/staff/broadcasts', {
    body: {
      name: PLAN, segment_id: segment.id, season_line: '天热了，空调和轮胎值得看一看', words: null, words_b: null, coupon_template_id: coupon.id,
      control_percent: 5, budget_fen: 50_000_00, channel: null, starts_at: null,
    },
  })
}

/** The newest broadcast that was not given up and was made after the newcomer had been here; an earlier one is none of the story's. */
export async function storysBroadcast(): Promise<Broadcast | undefined> {
  if (!(await newestVisit())) return undefined
  const delivered = Date.parse((await order(await as('limin'))).delivered_at ?? '')
  const { items } = await take((await as('linxiao')).GET('/api/staff/broadcasts'))
  return items.find((each) => each.state !== 'CANCELLED' && Date.parse(each.created_at) > delivered)
}

async function theBroadcast(): Promise<Broadcast> {
  const newest = await storysBroadcast()
  if (!newest) throw new Error('还没有群发计划。')
  return newest
}

export async function submitBroadcast(): Promise<void> {
  const shown = await theBroadcast()
  const staff = await as('linxiao')
  await staff.POST('/api/staff/broadcasts/{broadcast_id}/submission', {
    ...at(shown.id),
    body: { version: shown.version, note: '老车主一年多没来了' },
  })
}

export async function approveBroadcast(): Promise<void> {
  const shown = await theBroadcast()
  if (AGREED.includes(shown.state)) return
  const staff = await as('zhaojianguo')
  const { items } = await take(staff.GET('/api/staff/approvals', { params: { query: { view: 'to_decide' } } }))
  const asked = items.find((each) => each.id === shown.approval_id)
  if (!asked) throw new Error('没有待审批的群发计划。')
  await staff.POST('/api/staff/approvals/{approval_id}/decision', {
    params: { path: { approval_id: asked.id } },
    body: { agree: true, version: asked.version, note: '' },
  })
}

/** The clock goes to where the agreed broadcast begins, in a few minutes if nobody chose a time; WeCom gets the tasks. */
export async function goToBroadcast(): Promise<void> {
  const shown = await theBroadcast()
  if (!AGREED.includes(shown.state)) throw new Error('计划还没有人同意。')
  let { starts_at } = shown
  if (shown.state === 'APPROVED') {
    starts_at = await inMinutes(5)
    const staff = await as('linxiao')
    await staff.POST('/api/staff/broadcasts/{broadcast_id}/schedule', { ...at(shown.id), body: { version: shown.version, starts_at } })
  }
  const then = starts_at ? new Date(starts_at).getTime() + AFTER_START_MINUTES * MINUTE_MS : 0
  const seconds = Math.round((then - (await readClock())) / 1000)
  if (seconds <= 0) return
  await control.advance({ seconds })
  forgetSessions()
}

/** WeCom's results come by themselves now and then; asking fetches the newest. */
export async function fetchResults(): Promise<void> {
  await pass(10)
  await lookAtResult()
}

export async function lookAtResult(): Promise<void> {
  const shown = await theBroadcast()
  await (await as('linxiao')).POST('/api/staff/broadcasts/{broadcast_id}/sync', at(shown.id))
}

/** 王芳 lets out every task the plan gave her: the newcomer is in one of them. */
export async function confirmTasks(): Promise<void> {
  const { tasks } = await control.massTasks(HERO.seller)
  const waiting = tasks.filter((task) => task.chat_type === 'single' && task.status === 0 && !task.cancelled && !task.refused)
  if (waiting.length === 0) throw new Error('群发助手里还没有任务，稍等一下。')
  for (const task of waiting) await control.confirmMassTask(task.msgid, task.userid)
}
