/** What became of the messages about a thing, in words. */
import { pastTime } from './format'
import type { Meaning } from './states'

export interface ToldMessage {
  message_id: number
  /** The message, such as `bill_due`; with its variant `repair_progress:ready`. */
  topic: string
  variant: string
  title: string
  state: 'ON_ITS_WAY' | 'ARRIVED' | 'NOT_REACHED' | 'CALLED' | 'OUT_OF_DATE'
  at: string
  /** The channel by which it arrived: 微信. */
  by: string
  reason: string
  advice: string
  /** Who was asked to phone. */
  asked: string
  called_by: string
  note: string
}

export interface ToldWords {
  id: number
  meaning: Meaning
  words: string
  /** Somebody should phone. */
  isCall: boolean
}

export interface WayAhead {
  notice: string
  way: 'WECHAT' | 'PHONE' | 'UNREACHED'
}

const NOTICES: Record<string, string> = { 'S-PROGRESS': '进度', 'S-EXTRA': '增项', 'S-BILL': '账单' }

/** The notices that will come by one way: 进度、账单. */
export const comingBy = (ahead: readonly WayAhead[], way: WayAhead['way']): string =>
  ahead.filter((each) => each.way === way).map((each) => NOTICES[each.notice] ?? each.notice).join('、')

/** For the advisor: what reaches the owner by itself, and what has to be said on the phone or in person. */
export function aheadWords(ahead: readonly WayAhead[], hasMiniProgram: boolean): { meaning: Meaning; words: string }[] {
  const [wechat, phone, none] = (['WECHAT', 'PHONE', 'UNREACHED'] as const).map((way) => comingBy(ahead, way))
  const said: { meaning: Meaning; words: string }[] = []
  if (wechat) said.push({ meaning: 'done', words: `${wechat}会发微信通知` })
  if (phone) said.push({ meaning: 'waiting', words: `${phone}发不了微信通知，要打电话。车主${hasMiniProgram ? '' : '登录小程序以后，'}在进度页点「都用微信通知我」就能收到` })
  if (none) said.push({ meaning: 'problem', words: `${none}通知不到：没有订阅微信通知，也没有手机号，请当面说` })
  return said
}

/** The newest of each topic, without what was overtaken before it left; all topics when none are named. */
export function newest(messages: readonly ToldMessage[], topics?: readonly string[]): ToldMessage[] {
  const found = new Map<string, ToldMessage>()
  for (const message of messages) {
    const wanted = topics === undefined || topics.includes(message.topic) || topics.includes(`${message.topic}:${message.variant}`)
    if (wanted && message.state !== 'OUT_OF_DATE' && !found.has(message.topic)) found.set(message.topic, message)
  }
  return [...found.values()]
}

export function toldWords(message: ToldMessage, now: Date): ToldWords {
  const { title, advice, asked } = message
  const instead = advice && asked ? `${advice}（已请${asked}打）` : advice
  const at = pastTime(message.at, now)
  const said: Record<Exclude<ToldMessage['state'], 'OUT_OF_DATE'>, [Meaning, string]> = {
    ON_ITS_WAY: ['waiting', `${title}正在发，还没送到`],
    ARRIVED: ['done', `${title} ${at} 已送到车主${message.by}`],
    NOT_REACHED: ['problem', `${title}没送到：${[message.reason, instead].filter(Boolean).join('。')}`],
    CALLED: ['done', `${title}没送到，${message.called_by} ${at} 打过电话：${message.note}`],
  }
  const [meaning, words] = message.state === 'OUT_OF_DATE' ? (['idle', `${title}没有发：情况已经变了`] as const) : said[message.state]
  return { id: message.message_id, meaning, words, isCall: advice !== '' }
}
