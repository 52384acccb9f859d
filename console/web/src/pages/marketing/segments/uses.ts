/** What a change of a group would mean for the broadcasts made for it. */
import { BEFORE_RUNNING } from '../broadcasts/states'
import type { SegmentUse } from '@/api/segments'

const OVER: ReadonlySet<string> = new Set(['FINISHED', 'CANCELLED'])

const inUse = (uses: readonly SegmentUse[]): SegmentUse[] => uses.filter((use) => !OVER.has(use.state))

const named = (uses: readonly SegmentUse[]): string => uses.map((use) => `「${use.name}」`).join('、')

/** What to know before new conditions are saved; '' where nothing hangs on them. */
export function changeWords(uses: readonly SegmentUse[]): string {
  const drafts = uses.filter((use) => use.state === 'DRAFT')
  const others = inUse(uses).filter((use) => use.state !== 'DRAFT')
  return [
    others.length ? `${named(others)}带着建立时的条件，不会变。` : '',
    drafts.length ? `草稿${named(drafts)}现在还是旧条件，打开草稿再存一次才换成新的。` : '',
  ].join('')
}

/** What to know before the group is put away; '' where nothing hangs on it. */
export function archiveWords(uses: readonly SegmentUse[]): string {
  const before = uses.filter((use) => BEFORE_RUNNING.has(use.state))
  return before.length ? `${named(before)}还没开始，收起后要改它们得另选一个分群；已经排好的照旧会发。` : ''
}
