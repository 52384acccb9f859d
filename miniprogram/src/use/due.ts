/** By when the store promised something. A time that has passed is shown as late, not as one to come. */
import { promiseTime } from '@shared/format'

export function dueWords(at: string, now: Date, what: string): string {
  if (new Date(at) > now) return `会在 ${promiseTime(at, now)} 前${what}`
  return `应在 ${promiseTime(at, now)} 前${what}，已经晚了，您可以打电话催`
}
