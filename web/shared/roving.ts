/**
 * One stop of the Tab key for many buttons. Left and right, Home and End go along all of them; where they stand in groups
 * (rows of an equal kind, as the times of a day), up and down go to the one with the same `data-at` in the next group,
 * else to the one in the same place.
 */
import { beside } from './tabs/beside'

export function rove(event: KeyboardEvent): void {
  const root = event.currentTarget as HTMLElement
  const from = document.activeElement as HTMLElement | null
  if (!from || !root.contains(from)) return
  const next = aside(root, from, event.key) ?? below(root, from, event.key)
  if (!next) return
  event.preventDefault()
  next.focus()
}

const buttonsOf = (part: HTMLElement): HTMLElement[] => [...part.querySelectorAll<HTMLElement>('button')]

function aside(root: HTMLElement, from: HTMLElement, key: string): HTMLElement | null {
  const all = buttonsOf(root)
  const index = beside(all.indexOf(from), all.length, key)
  return index === null ? null : (all[index] ?? null)
}

function below(root: HTMLElement, from: HTMLElement, key: string): HTMLElement | null {
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  if (!step) return null
  const groups = [...root.querySelectorAll<HTMLElement>('[role=radiogroup], [role=group]')]
  const own = groups.findIndex((group) => group.contains(from))
  const target = groups[own + step]
  const here = groups[own]
  if (!target || !here) return null
  const there = buttonsOf(target)
  return there.find((each) => from.dataset.at !== undefined && each.dataset.at === from.dataset.at) ?? there[Math.min(buttonsOf(here).indexOf(from), there.length - 1)] ?? null
}
