/** Words of what is kept how long. */
import type { RetentionStanding } from '@/api/retention'

const DAYS_IN_YEAR = 365

export function keptWord(days: number): string {
  if (days === 0) return '用完即删'
  return days >= DAYS_IN_YEAR ? `${Math.floor(days / DAYS_IN_YEAR)} 年` : `${days} 天`
}

export interface KeptRow {
  key: string
  title: string
  kept_days: number
  /** What the last night removed, and what the last dry run found; null when it was not asked. */
  removed: number | null
  due: number | null
}

/** One row for each kind, what is due first. */
export function rowsOf({ last, last_dry: dry }: Pick<RetentionStanding, 'last' | 'last_dry'>): KeptRow[] {
  const kinds = [...(dry?.found ?? []), ...(last?.found ?? [])]
  const count = (run: RetentionStanding['last'], key: string) => run?.found.find((each) => each.key === key)?.count ?? null
  const seen = new Map(kinds.map((kind) => [kind.key, { key: kind.key, title: kind.title, kept_days: kind.kept_days, removed: count(last, kind.key), due: count(dry, kind.key) }]))
  return [...seen.values()].sort((a, b) => (b.due ?? 0) + (b.removed ?? 0) - (a.due ?? 0) - (a.removed ?? 0))
}
