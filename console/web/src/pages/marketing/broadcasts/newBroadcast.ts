/** A new broadcast with everything filled in that we know; all of it can be changed. */
import { createBroadcast, editBroadcast, readEstimate, type Broadcast } from '@/api/broadcasts'
import { readTemplates, type CouponTemplate } from '@/api/coupons'
import { readMassChannels } from '@/api/mass-channels'
import { previewSegment, readSegment } from '@/api/segments'
import { now } from '@shared/clock'
import { mostOff } from '../coupons/terms'
import { usualStart } from './states'
import { fieldTime } from './times'

export const LONGEST_NAME = 30
/** Of those reached, how many come and use the coupon, before earlier broadcasts tell: what a budget has to bear. */
const ARRIVING_SHARE = 0.05
const ROUND_FEN = 100_00
/** Headroom in the budget: the audience changes between draft and submission, and an exact budget would be refused. */
const ROOM = 1.2
/** One coupon where only a price list tells what it takes off; the check before the approval counts exactly. */
const PRICE_LIST_FEN = 1000_00

const SEASONS: readonly [months: readonly number[], line: string][] = [
  [[3, 4, 5], '春天了，空调和雨刮值得看一看。'],
  [[6, 7, 8], '天热了，空调和轮胎值得看一看。'],
  [[9, 10], '换季了，刹车和电瓶值得看一看。'],
  [[11, 12, 1, 2], '天冷了，刹车和电瓶值得看一看。'],
]

function seasonLine(at: Date): string {
  const month = Number(fieldTime(at).slice(5, 7))
  return SEASONS.find(([months]) => months.includes(month))?.[1] ?? ''
}

const isGivenByItself = (each: CouponTemplate): boolean => each.is_new_friend_gift || each.after_visit_days != null || each.is_birthday_gift

/** Live coupons with stock; a sum off comes first, since it is the plainest thing to say in a card. */
export function usableCoupons(templates: readonly CouponTemplate[]): CouponTemplate[] {
  const rank = (each: CouponTemplate) => ['CASH', 'THRESHOLD', 'LABOUR', 'PERCENT', 'ITEM'].indexOf(each.kind)
  return templates
    .filter((each) => each.state === 'ACTIVE' && each.issued_count < each.quota && !isGivenByItself(each))
    .sort((one, other) => rank(one) - rank(other))
}

function budgetFor(reachable: number, reachFen: number, coupon: CouponTemplate | undefined): number {
  const couponFen = !coupon ? 0 : Math.ceil(reachable * ARRIVING_SHARE) * (mostOff(coupon) ?? PRICE_LIST_FEN)
  return rounded(reachable * reachFen + couponFen)
}

const rounded = (fen: number): number => Math.ceil((fen * ROOM) / ROUND_FEN) * ROUND_FEN

/** By the usual channel where none is named; without a coupon where there is none to give. */
export async function draftFor(segmentId: number, channel: string | null, key: string): Promise<Broadcast> {
  const [segment, templates, channels] = await Promise.all([readSegment(segmentId), readTemplates(), readMassChannels()])
  const coupon = usableCoupons(templates)[0]
  const reachFen = (channels.find(({ name }) => name === channel) ?? channels[0])?.reach_fen ?? 0
  const preview = await previewSegment(segment.definition, channel)
  const body = {
    name: `${segment.name}回店礼`.slice(0, LONGEST_NAME),
    segment_id: segment.id,
    season_line: seasonLine(now()),
    words: null,
    words_b: null,
    coupon_template_id: coupon?.id ?? null,
    control_percent: 5,
    budget_fen: budgetFor(preview.reachable, reachFen, coupon),
    channel,
    starts_at: usualStart(now()),
  }
  const made = await createBroadcast(body, key)
  // If earlier broadcasts brought more people than the default rate, the coupons cost more too.
  const expected = await readEstimate(made.id)
  const needed = rounded(expected.reachable * expected.reach_one_fen + expected.coupon_fen)
  return needed > made.budget_fen ? editBroadcast(made.id, { ...body, budget_fen: needed, version: made.version }) : made
}
