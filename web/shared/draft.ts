/**
 * What somebody is typing, kept in this browser: one draft for each person, form and subject. Esc, closing and leaving
 * never ask, since the draft is there when one comes back. An explicit sign-out deletes the person's drafts, an expired
 * session does not.
 */
import { onScopeDispose, reactive, ref, watch } from 'vue'

const SAVE_EVERY_MS = 2000
const PREFIX = 'wedealer.draft.'

let person = ''

/** Set whose drafts these are from now on. */
export function draftsOf(id: string): void {
  person = id
}

/** The person signs out: delete everything they typed in this browser. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(keyOf(''))) localStorage.removeItem(key)
}

/** A storage name that belongs to this person only. */
export const mine = (name: string): string => `${person}.${name}`

const keyOf = (name: string): string => `${PREFIX}${mine(name)}`

/** For a form that is open as long as its component: it begins with the draft, and saves what is typed. */
export function useDraft<T extends object>(name: string, empty: T) {
  const key = keyOf(name)
  const draft = reactive({ ...empty, ...read(key) }) as T
  let timer: ReturnType<typeof setTimeout> | undefined

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    write(key, draft)
  }

  const stop = watch(draft, () => (timer ??= setTimeout(save, SAVE_EVERY_MS)), { deep: true })
  onScopeDispose(() => timer && save())

  /** The form was accepted, so the draft is deleted. */
  function forget(): void {
    stop()
    clearTimeout(timer)
    timer = undefined
    localStorage.removeItem(key)
  }

  return { draft, forget }
}

/**
 * For a form that opens and closes (a dialog): `left` is what was typed the last time, to be offered with 「接着写」 and
 * 「不要了」 instead of silently replacing the current values.
 */
export function useLeft<T extends object>(name: () => string) {
  const left = ref<Partial<T> | null>(null)

  function look(): void {
    const kept = read(keyOf(name()))
    left.value = Object.keys(kept).length > 0 ? (kept as Partial<T>) : null
  }

  function keep(values: T): void {
    write(keyOf(name()), values)
  }

  function forget(): void {
    localStorage.removeItem(keyOf(name()))
    left.value = null
  }

  return { left, look, keep, forget }
}

/** What was left unfinished under a name, for pages that open the form again. */
export function unfinished<T extends object>(name: string): Partial<T> {
  return read(keyOf(name))
}

function write(key: string, values: object): void {
  // A full or forbidden store must not stop anybody from typing.
  try {
    localStorage.setItem(key, JSON.stringify(values))
  } catch {
    return
  }
}

function read(key: string): object {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as object
  } catch {
    return {}
  }
}
