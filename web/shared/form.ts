/**
 * A form over a thing that others may change meanwhile.
 *
 * Opening it takes a picture: what the thing said and its version. A reload changes neither the picture nor what is
 * typed. The version sent is the one that was seen; changes that touch nothing of this form do not count, so that a
 * technician's photo does not hold up a promise. What did change is shown beside what was typed, and the person says
 * whose it shall be.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { useLeft } from './draft'

/** Values are plain data: text, numbers, lists of them. */
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
const copy = <T>(values: T): T => JSON.parse(JSON.stringify(values)) as T

export interface FormOptions<T> {
  /** Names the draft: the form and its subject, `promise.412`. */
  name: () => string
  /** What the thing says now, as this form would show it; read again whenever the thing is. */
  fresh: () => T
  /** The thing's version now. */
  version: () => number
  /** The person's words for each field that the thing itself holds; others are only typed. */
  words: Partial<Record<keyof T & string, string>>
  /** How a value is read by people; by default as it is. */
  show?: (field: keyof T & string, of: T) => string
}

/** One field that somebody else changed since the form was opened. */
export interface Change {
  field: string
  word: string
  theirs: string
  mine: string
}

const SAVE_EVERY_MS = 1000

export function useForm<T extends object>(options: FormOptions<T>) {
  const isOpen = ref(false)
  const values = reactive(copy(options.fresh())) as T
  const seen = shallowRef<T>(copy(options.fresh()))
  const seenVersion = ref(options.version())
  /** What was typed before 「看最新的」, so that this loses nothing either. */
  const aside = shallowRef<T | null>(null)
  const { left, look, keep, forget } = useLeft<T>(options.name)
  const fields = Object.keys(options.words) as (keyof T & string)[]
  let timer: ReturnType<typeof setTimeout> | undefined

  const shown = (field: keyof T & string, of: T): string => options.show?.(field, of) ?? String(of[field] ?? '')
  const isTyped = (): boolean => (Object.keys(values) as (keyof T)[]).some((field) => !same(values[field], seen.value[field]))

  const changes = computed<Change[]>(() => {
    if (!isOpen.value) return []
    const now = options.fresh()
    return fields
      .filter((field) => !same(now[field], seen.value[field]) && !same(now[field], values[field]))
      .map((field) => ({ field, word: options.words[field] ?? field, theirs: shown(field, now), mine: shown(field, values) }))
  })
  /** The version to send. */
  const version = computed(() => (changes.value.length > 0 ? seenVersion.value : options.version()))

  function picture(): void {
    seen.value = copy(options.fresh())
    seenVersion.value = options.version()
  }

  function open(begin: Partial<T> = {}): void {
    picture()
    // What the form proposes by itself is not something typed.
    Object.assign(seen.value, copy(begin))
    Object.assign(values, copy(seen.value))
    aside.value = null
    look()
    isOpen.value = true
  }

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    if (isOpen.value && isTyped()) keep(values)
  }

  /** Esc, 「先不改」, another page: what was typed waits here. */
  function close(): void {
    save()
    isOpen.value = false
  }

  /** The server took it: nothing is left to keep. */
  function done(): void {
    clearTimeout(timer)
    timer = undefined
    isOpen.value = false
    forget()
  }

  /** 「用我的」: the other's change was read, and mine shall be sent over it. */
  function useMine(): void {
    picture()
  }

  /** 「看最新的」: begin from what is there now; mine can be taken back. */
  function takeLatest(): void {
    aside.value = copy(values)
    picture()
    for (const field of fields) values[field] = copy(seen.value)[field]
  }

  function takeBack(): void {
    if (aside.value) Object.assign(values, aside.value)
    aside.value = null
  }

  /** 「接着写」. */
  function goOn(): void {
    if (left.value) Object.assign(values, left.value)
    left.value = null
  }

  /**
   * Send, and once more when the thing moved but nothing of this form did. `attempt` must have read the thing again
   * when it gives false.
   */
  async function send(attempt: (version: number) => Promise<boolean>): Promise<boolean> {
    const first = version.value
    let isTaken = await attempt(first)
    if (!isTaken && changes.value.length === 0 && version.value !== first) isTaken = await attempt(version.value)
    if (isTaken) done()
    return isTaken
  }

  watch(values, () => isOpen.value && (timer ??= setTimeout(save, SAVE_EVERY_MS)), { deep: true })
  onScopeDispose(save)

  return { isOpen, values, changes, version, left, aside, open, close, done, useMine, takeLatest, takeBack, goOn, forget, send }
}

export type Form = Pick<ReturnType<typeof useForm<object>>, 'changes' | 'left' | 'aside' | 'useMine' | 'takeLatest' | 'takeBack' | 'goOn' | 'forget'>
