/**
 * How the product writes money, time, plates and counts. Every screen uses these; none formats for itself.
 *
 * Unknown is never zero: a missing amount reads 「待报价」, a rate without a base reads 「–」.
 * Wall-clock values are Shanghai time wherever the browser is.
 */

const MINUS = '\u2212'
const NONE = '–'
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** China has kept UTC+8 without summer time since 1991, so a fixed shift is exact for every record we hold. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六']

export type Instant = Date | string | number

/** By hand: the mini-program uses these too, and WeChat's script engines differ in what they know of languages. */
const grouped = (whole: number): string => String(Math.round(whole)).replace(/\B(?=(\d{3})+$)/g, ',')

/** 178200 → `1,782.00`; negative amounts carry U+2212. For table cells whose header names the unit. */
export function yuan(fen: number): string {
  const size = Math.abs(fen)
  const text = `${grouped(Math.floor(size / 100))}.${String(size % 100).padStart(2, '0')}`
  return fen < 0 ? MINUS + text : text
}

/** 178200 → `1,782.00 元`; an amount nobody has estimated yet is 「待报价」. */
export function money(fen: number | null | undefined): string {
  return fen == null ? '待报价' : `${yuan(fen)} 元`
}

/** Tiles only: from ten thousand yuan on `4.04 万元`; show the exact sum on hover. */
export function tileMoney(fen: number | null | undefined): string {
  const TEN_THOUSAND_YUAN_FEN = 1_000_000
  if (fen == null || Math.abs(fen) < TEN_THOUSAND_YUAN_FEN) return money(fen)
  const text = (Math.abs(fen) / TEN_THOUSAND_YUAN_FEN).toFixed(2)
  return `${fen < 0 ? MINUS : ''}${text} 万元`
}

interface WallClock {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  weekday: string
  /** Days since the epoch on the Shanghai calendar. */
  dayNumber: number
}

function wallClock(at: Instant): WallClock {
  const shifted = new Date(new Date(at).getTime() + SHANGHAI_OFFSET_MS)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: WEEKDAYS[shifted.getUTCDay()] ?? '',
    dayNumber: Math.floor(shifted.getTime() / DAY_MS),
  }
}

/** A weekday alone says which day only this far ahead. */
const DAYS_NAMED = 6
const two = (value: number): string => String(value).padStart(2, '0')
const isoDay = (w: WallClock): string => `${w.year}-${two(w.month)}-${two(w.day)}`

/** `10:40` */
export function clockTime(at: Instant): string {
  const w = wallClock(at)
  return `${two(w.hour)}:${two(w.minute)}`
}

/** `09:30–10:30` */
export function timeRange(startsAt: Instant, endsAt: Instant): string {
  return `${clockTime(startsAt)}–${clockTime(endsAt)}`
}

/** A moment already gone: 刚刚 · 8 分钟前 · 今天 10:40 · 昨天 18:00 · 11月21日 10:24 · 2025-08-02. */
export function pastTime(at: Instant, now: Instant): string {
  const elapsed = new Date(now).getTime() - new Date(at).getTime()
  if (elapsed < MINUTE_MS) return '刚刚'
  if (elapsed < 60 * MINUTE_MS) return `${Math.floor(elapsed / MINUTE_MS)} 分钟前`
  const then = wallClock(at)
  const today = wallClock(now)
  if (then.dayNumber === today.dayNumber) return `今天 ${clockTime(at)}`
  if (then.dayNumber === today.dayNumber - 1) return `昨天 ${clockTime(at)}`
  if (then.year === today.year) return `${then.month}月${then.day}日 ${clockTime(at)}`
  return isoDay(then)
}

/** The whole stamp for hover and long press: `2026-11-23 10:40:05`. */
export function fullStamp(at: Instant): string {
  const w = wallClock(at)
  return `${isoDay(w)} ${clockTime(at)}:${two(w.second)}`
}

/** A moment to come, always absolute: `周一 11月23日 09:30`, with 「还剩 12 分钟」 inside the last hour. */
export function comingTime(at: Instant, now: Instant): string {
  const w = wallClock(at)
  const date = w.year === wallClock(now).year ? `${w.month}月${w.day}日` : isoDay(w)
  const text = `${w.weekday} ${date} ${clockTime(at)}`
  const left = new Date(at).getTime() - new Date(now).getTime()
  return left > 0 && left < 60 * MINUTE_MS ? `${text} 还剩 ${Math.ceil(left / MINUTE_MS)} 分钟` : text
}

/** A moment that may be gone or to come. Within a minute it is 刚刚, since clocks differ. */
export function anyTime(at: Instant, now: Instant): string {
  return new Date(at).getTime() - new Date(now).getTime() > MINUTE_MS ? comingTime(at, now) : pastTime(at, now)
}

/** A promised or a past moment, never without its day: `10:50` today, `11月24日 10:50`, `2026-11-23 10:50` of another year. */
export function promiseTime(at: Instant, now: Instant): string {
  const [then, today] = [wallClock(at), wallClock(now)]
  if (then.dayNumber === today.dayNumber) return clockTime(at)
  return `${then.year === today.year ? `${then.month}月${then.day}日` : isoDay(then)} ${clockTime(at)}`
}

/** A slot chip: 今天 / 明天, `周一 09:30` of the coming week, a date for any other day. */
export function slotTime(at: Instant, now: Instant): string {
  const w = wallClock(at)
  const days = w.dayNumber - wallClock(now).dayNumber
  if (days < 0 || days > DAYS_NAMED) return promiseTime(at, now)
  const name = days === 0 ? '今天' : days === 1 ? '明天' : w.weekday
  return `${name} ${clockTime(at)}`
}

/** `11月23日 周一`: the date line of a board or a phone. */
export function boardDate(at: Instant): string {
  const w = wallClock(at)
  return `${w.month}月${w.day}日 ${w.weekday}`
}

/** A day without a time: `12月12日` this year, `2027-08-14` in another. Takes an instant or `YYYY-MM-DD`. */
export function day(on: Instant, now: Instant): string {
  const w = wallClock(typeof on === 'string' && on.length === 10 ? `${on}T00:00:00+08:00` : on)
  return w.year === wallClock(now).year ? `${w.month}月${w.day}日` : isoDay(w)
}

/** An expiry or a record date, always whole: `2027-01-05` (an expiry means 23:59:59 of that day). */
export function isoDate(on: Instant): string {
  return typeof on === 'string' && on.length === 10 ? on : isoDay(wallClock(on))
}

/** `9:58`-style countdown `mm:ss`; only for held slots and payment. Never below zero. */
export function countdown(until: Instant, now: Instant): string {
  const seconds = Math.max(0, Math.ceil((new Date(until).getTime() - new Date(now).getTime()) / 1000))
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
}

/** Whole days from today to a date: 0 is today, negative is overdue. */
export function daysUntil(on: Instant, now: Instant): number {
  const instant = typeof on === 'string' && on.length === 10 ? `${on}T00:00:00+08:00` : on
  return wallClock(instant).dayNumber - wallClock(now).dayNumber
}

/** `粤B·D1245`. A plate that came masked from the server keeps its stars. */
export function plate(text: string): string {
  return text.includes('·') || text.length < 3 ? text : `${text.slice(0, 2)}·${text.slice(2)}`
}

/** What a screen reader says for a masked number: 「尾号 5678」. */
export function spokenMask(masked: string): string {
  return `尾号 ${masked.replace(/^.*\*/, '')}`
}

/** `21,180 公里` */
export function mileage(km: number): string {
  return `${grouped(km)} 公里`
}

/** `约 75 分钟` (rounded up to 5) under two hours, then `2 小时 15 分`, from a day on `3 天`. */
export function duration(minutes: number): string {
  const TWO_HOURS = 120
  const ONE_DAY = 1440
  if (minutes < TWO_HOURS) return `约 ${Math.ceil(minutes / 5) * 5} 分钟`
  if (minutes >= ONE_DAY) return `${Math.ceil(minutes / ONE_DAY)} 天`
  const rest = minutes % 60
  return rest === 0 ? `${minutes / 60} 小时` : `${Math.floor(minutes / 60)} 小时 ${rest} 分`
}

/** How long it lasted, waits or is late: `72 分钟`, from three hours on `19 小时`, from three days on `4 天`, the nearest whole. */
export function lasting(minutes: number): string {
  const [THREE_HOURS, DAY, THREE_DAYS] = [180, 1440, 4320]
  if (minutes >= THREE_DAYS) return `${Math.round(minutes / DAY)} 天`
  return minutes >= THREE_HOURS ? `${Math.round(minutes / 60)} 小时` : `${Math.floor(minutes)} 分钟`
}

/** `1.2 小时` of labour. */
export function labourHours(hours: number): string {
  return `${hours.toFixed(1)} 小时`
}

/** `0:02` elapsed on a job, hours and minutes. */
export function stopwatch(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}`
}

/** `0:02:07` on a clock that runs. */
export function runningClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** A rate with one decimal, `1.7%`; without a base there is no rate. */
export function rate(part: number, base: number): string {
  return base === 0 ? NONE : `${((part / base) * 100).toFixed(1)}%`
}

/** Attainment of a target, whole: `83%`. */
export function attainment(done: number, target: number): string {
  return target === 0 ? NONE : `${Math.round((done / target) * 100)}%`
}

/** A difference of two rates given as fractions: 0.011 → `+1.1 个百分点`. */
export function pointDifference(difference: number): string {
  const points = (Math.abs(difference) * 100).toFixed(1)
  if (points === '0.0') return '0.0 个百分点'
  return `${difference < 0 ? MINUS : '+'}${points} 个百分点`
}

/** `20,000`, exact; never 「2 万+」. */
export function count(value: number): string {
  return grouped(value)
}

/** `RO-S01-261123-0231` → `工单 0231`; the long form stays for print and search. */
export function repairOrderShort(number: string): string {
  return `工单 ${number.slice(number.lastIndexOf('-') + 1)}`
}

/** What a `DateField` with a time holds for a moment: Shanghai wall clock, `2026-11-23T12:55`. */
export function fieldTime(at: Instant): string {
  return `${isoDay(wallClock(at))}T${clockTime(at)}`
}

/** The moment a `DateField` with a time means: its text is Shanghai wall clock wherever the browser is. */
export function momentOfField(text: string): string {
  return `${text}:00+08:00`
}
