/**
 * A form over a thing that others may change meanwhile.
 *
 * Opening it takes a snapshot: the values of the thing and its version. A reload changes neither the snapshot nor what
 * is typed. The version sent is the one that was seen. Changes that concern no field of this form are ignored, so that
 * a technician's new photo does not block a change of the promised time. Other changes are shown beside what was typed,
 * and the person chooses between them.
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
  /** The label of each field that the thing itself has; other fields are only typed. */
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
  /** What was typed before 「看最新的」, so that it can be restored. */
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
    // A value that the form proposes by itself does not count as typed.
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

  /** After Esc, 「先不改」 or leaving the page, what was typed is kept here. */
  function close(): void {
    save()
    isOpen.value = false
  }

  /** The server accepted it, so the draft is deleted. */
  function done(): void {
    clearTimeout(timer)
    timer = undefined
    isOpen.value = false
    forget()
  }

  /** 「用我的」: the other change was seen, and my values are to replace it. */
  function useMine(): void {
    picture()
  }

  /** 「看最新的」: begin from the current values; my own can be restored. */
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
   * Send, and send once more if the thing has a new version but no field of this form changed. `attempt` must have read
   * the thing again when it returns false.
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
