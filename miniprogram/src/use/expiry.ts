/** When a car's insurance or inspection runs out, and who said so. */
import { isoDate } from '@shared/format'
import type { ExpiryDate } from '@/api/account'

/** A day that is near, or past, says how far it is. */
const NEAR_DAYS = 90

export function endsWords({ ends_on: ends, days_left: left }: ExpiryDate): string {
  if (!ends || left == null) return '未登记'
  if (left < 0) return `${isoDate(ends)}，已过期 ${-left} 天`
  return left <= NEAR_DAYS ? `${isoDate(ends)}，还有 ${left} 天` : isoDate(ends)
}

export function recordedWords({ by, by_name: name, recorded_at: at }: ExpiryDate): string {
  if (by === 'FILE') return '以前的档案'
  return by && at ? `${name} ${isoDate(at)} 登记` : ''
}
