/**
 * The facts, as the server and the platform report them: the results of the story's acts. A fact stays true while
 * the story goes on from it, so a fact that does not hold is a result that never came or was undone.
 */
import { control } from '@/control/api'
import type { ChatMessage, Conversation } from '@/control/types'
import { readClock } from './clock'
import { AGREED, storysBroadcast, type Broadcast } from './hands/marketing'
import { newestVisit, order, TO_DO, type Line, type Order } from './hands/visit'
import { HERO, hero } from './hero'
import { as } from './people'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const ON_TIME_MINUTES = 11
const LONG_AFTER_DAYS = 365
const LIVE = ['REQUESTED', 'CONFIRMED', 'ARRIVED']
const SURE = ['CONFIRMED', 'ARRIVED']
const OPEN_SHEET = ['FOUND', 'PRICED', 'SENT']
/** The states of a visit that is not over before its time, in their order. */
const WAY = [
  'OPENED', 'PRECHECKED', 'ESTIMATED', 'AUTHORISED', 'DISPATCHED', 'IN_PROGRESS', 'WAIT_OWNER', 'WAIT_PARTS', 'QC_PENDING', 'QC_PASSED', 'WASHING',
  'READY', 'BILLED', 'BILL_CONFIRMED', 'PAID', 'DELIVERED', 'CLOSED',
]

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let coming: Promise<T> | undefined
  return () => (coming ??= read())
}

/** The newest chat between 王芳 and the newcomer. */
async function chatWithSeller(): Promise<Conversation | undefined> {
  const { chats } = await control.chatsOfPerson(HERO.personId)
  return chats.find((chat) => chat.userid === HERO.seller)
}

async function messagesOf(chat: Conversation | undefined): Promise<ChatMessage[]> {
  return chat ? (await control.messages(chat.userid, chat.external_userid)).messages : []
}

/** The page the newest card of the seller opens. */
export async function cardPage(): Promise<string | undefined> {
  const cards = (await messagesOf(await chatWithSeller())).filter((message) => message.msgtype === 'miniprogram')
  const page = cards.at(-1)?.content.page
  return typeof page === 'string' ? page : undefined
}

/** What a gift's card carries: whose it is. */
function giftOf(page: string): string | null {
  const query = new URLSearchParams(page.split('?')[1])
  return query.get('ticket') ?? query.get('campaign')
}

/** One check of all facts; what several of them need is read once. */
export function lookAround() {
  const visit = once(newestVisit)
  const car = once(async (): Promise<Order | undefined> => ((await visit()) ? order(await as('limin')) : undefined))
  return {
    visit,
    car,
    bookings: once(async () => (await hero().appointments()).filter((each) => LIVE.includes(each.state))),
    broadcast: once((): Promise<Broadcast | undefined> => storysBroadcast()),
    now: once(readClock),
    has: async (state: string): Promise<boolean> => WAY.indexOf((await visit())?.state ?? '') >= WAY.indexOf(state),
    lines: async (): Promise<Line[]> => (await car())?.lines ?? [],
  }
}

export type World = ReturnType<typeof lookAround>

const noLineIs = async (world: World, states: readonly string[]): Promise<boolean> =>
  (await world.visit()) != null && !(await world.lines()).some((line) => states.includes(line.state))
const noPartIs = async (world: World, states: readonly string[]): Promise<boolean> =>
  (await world.visit()) != null && !(await world.lines()).some((line) => line.parts.some((part) => states.includes(part.state)))

export const FACTS = {
  isFriend: async () => (await chatWithSeller())?.reachable ?? false,
  hasPhone: async () => (await hero().me()).is_phone_verified,
  hasCar: async () => (await hero().vehicles()).length > 0,
  /** Nothing is left to take of what the newest card offers. */
  hasGift: async () => {
    const gift = giftOf((await cardPage()) ?? '')
    return gift != null && (await hero().gift(gift)).state !== 'open'
  },

  isBooked: async (world: World) => (await world.visit()) != null || (await world.bookings()).length > 0,
  isConfirmed: async (world: World) => (await world.visit()) != null || (await world.bookings()).some((each) => SURE.includes(each.state)),
  isTime: async (world: World) => {
    if (await world.visit()) return true
    const soon = (await world.now()) + ON_TIME_MINUTES * MINUTE_MS
    return (await world.bookings()).some((each) => SURE.includes(each.state) && new Date(each.starts_at).getTime() <= soon)
  },
  isInspected: async (world: World) => (await world.car())?.inspection != null,
  isSigned: async (world: World) => (await world.car())?.inspection?.signed_at != null,
  isEstimated: async (world: World) => ['SENT', 'AUTHORISED'].includes((await world.car())?.estimate?.state ?? ''),
  isAuthorised: (world: World) => world.has('AUTHORISED'),

  isGivenOut: async (world: World) => (await world.lines()).some((line) => line.technician != null),
  isStarted: async (world: World) => (await world.lines()).some((line) => line.started_at != null),
  isFound: async (world: World) => ((await world.car())?.sheets ?? []).some((sheet) => sheet.state !== 'WITHDRAWN'),
  isPriced: async (world: World) => ((await world.car())?.sheets ?? []).some((sheet) => !['FOUND', 'PRICED', 'WITHDRAWN'].includes(sheet.state)),
  isDecided: async (world: World) => {
    const sheets = (await world.car())?.sheets ?? []
    return sheets.length > 0 && !sheets.some((sheet) => OPEN_SHEET.includes(sheet.state))
  },

  isAllGivenOut: (world: World) => noLineIs(world, ['AUTHORISED', 'PROPOSED']),
  /** Something is on its way, or nothing is left that could be missing. */
  isShort: async (world: World) => {
    const states = (await world.lines()).flatMap((line) => line.parts.map((part) => part.state))
    return states.includes('BACKORDERED') || (states.length > 0 && !states.some((state) => ['REQUESTED', 'RESERVED'].includes(state)))
  },
  isComplete: (world: World) => noPartIs(world, ['BACKORDERED']),
  isIssued: (world: World) => noPartIs(world, ['RESERVED', 'REQUESTED', 'BACKORDERED']),
  /** And the team has looked at it: only then is it the inspector's. */
  isWorkDone: async (world: World) => (await noLineIs(world, [...TO_DO, 'AUTHORISED', 'PROPOSED'])) && world.has('QC_PENDING'),
  isChecked: async (world: World) => ((await world.car())?.rework_count ?? 0) > 0 || (await world.has('QC_PASSED')),
  isPassed: (world: World) => world.has('QC_PASSED'),
  isReady: (world: World) => world.has('READY'),

  isBilled: (world: World) => world.has('BILLED'),
  isPaid: (world: World) => world.has('PAID'),
  isHandedOver: async (world: World) => {
    const visit = await world.visit()
    return visit != null && (await hero().handOver(visit.id)).state !== 'NOT_READY'
  },
  isPickedUp: async (world: World) => {
    const visit = await world.visit()
    return visit != null && !['NOT_READY', 'AWAITING_OWNER'].includes((await hero().handOver(visit.id)).state)
  },
  isLongAgo: async (world: World) => {
    const delivered = (await world.car())?.delivered_at
    return delivered != null && (await world.now()) - new Date(delivered).getTime() > LONG_AFTER_DAYS * DAY_MS
  },

  isDrafted: async (world: World) => (await world.broadcast()) != null,
  isSubmitted: async (world: World) => ['PENDING_APPROVAL', 'PAUSED', ...AGREED].includes((await world.broadcast())?.state ?? ''),
  isAgreed: async (world: World) => ['PAUSED', ...AGREED].includes((await world.broadcast())?.state ?? ''),
  isRunning: async (world: World) => ['RUNNING', 'PAUSED', 'FINISHED'].includes((await world.broadcast())?.state ?? ''),
  isTold: async (world: World) => {
    const began = Date.parse((await world.broadcast())?.created_at ?? '') / 1000
    return (await messagesOf(await chatWithSeller())).some((message) => message.origin === 'mass' && message.sent_at >= began)
  },
  isBack: async (world: World) => (await world.has('DELIVERED')) && (await world.bookings()).length > 0,
} satisfies Record<string, (world: World) => Promise<boolean>>

export type FactName = keyof typeof FACTS
