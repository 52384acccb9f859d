/** What the owner's phone asked of the product, newest first: the other half of the platform's own log. */
import { reactive } from 'vue'
import { now } from '@shared/clock'

export interface JournalEntry {
  number: number
  at: string
  method: string
  path: string
  status: number
  milliseconds: number
  personId: string
}

const KEPT = 60
let last = 0
export const journal = reactive<JournalEntry[]>([])

export function note(entry: Omit<JournalEntry, 'number' | 'at'>): void {
  last += 1
  journal.unshift({ ...entry, number: last, at: now().toISOString() })
  journal.splice(KEPT)
}
