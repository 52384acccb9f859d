/**
 * Views a person saved: a name for a question they ask often. Kept in this browser under the person's own name. What is
 * typed into the search box is not a part of it: that is mostly somebody's name or phone.
 */
import { ref, type Ref } from 'vue'
import { mine } from '../draft'

export interface View {
  name: string
  question: Record<string, string>
}

export const LONGEST_NAME = 12
const MOST = 8

const keyOf = (list: string): string => `wedealer.views.${mine(list)}`

function read(key: string): View[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? (kept as View[]) : []
  } catch {
    return []
  }
}

/** The query without the text of the search box. */
export const worthKeeping = (question: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(question).filter(([name]) => name !== 'q'))

export const isSame = (a: Record<string, string>, b: Record<string, string>): boolean => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => a[name] === b[name])
}

export function useViews(list: string): { views: Ref<View[]>; save: (view: View) => void; remove: (view: View) => void } {
  const key = keyOf(list)
  const views = ref(read(key))

  function keep(next: View[]): void {
    views.value = next
    try {
      localStorage.setItem(key, JSON.stringify(next))
    } catch {
      return // If the browser's storage is full, the view works until the page is left.
    }
  }

  return {
    views,
    /** The same name replaces; the oldest makes room. */
    save: (view) => keep([...views.value.filter((each) => each.name !== view.name), { ...view, question: worthKeeping(view.question) }].slice(-MOST)),
    remove: (view) => keep(views.value.filter((each) => each.name !== view.name)),
  }
}
