/** Asks the one search while somebody types, and keeps which line the arrows stand on. */
import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { search, type Answer, type Found } from '@/api/search'
import { inOrder } from './kinds'

const TYPING_PAUSE_MS = 200

export interface Line {
  kind: string
  found: Found
}

export function useFinder(words: Ref<string>, ask: typeof search = search, pause = TYPING_PAUSE_MS) {
  const answer = shallowRef<Answer | null>(null)
  const error = shallowRef<Error | null>(null)
  const pending = ref(false)
  const marked = ref(-1)
  let asked: AbortController | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined

  const kinds = computed(() => inOrder(answer.value?.kinds ?? []))
  /** Every line in the order it is shown. */
  const lines = computed<Line[]>(() => kinds.value.flatMap(({ kind, items }) => items.map((found) => ({ kind, found }))))
  const isNothing = computed(() => answer.value !== null && lines.value.length === 0)

  async function load(): Promise<void> {
    asked?.abort()
    const mine = (asked = new AbortController())
    pending.value = true
    error.value = null
    try {
      const found = await ask(words.value.trim(), mine.signal)
      if (mine.signal.aborted) return
      const before = lines.value[marked.value]
      answer.value = found
      // If the person moved while the answer was on its way, their line stays marked if it is still there.
      marked.value = lines.value.findIndex((line) => line.kind === before?.kind && line.found.id === before.found.id)
    } catch (reason) {
      if (!mine.signal.aborted) error.value = reason as Error
    } finally {
      if (asked === mine) pending.value = false
    }
  }

  function forget(): void {
    clearTimeout(waiting)
    asked?.abort()
    pending.value = false
    answer.value = null
    error.value = null
    marked.value = -1
  }

  /** Below the last line no line is marked (the focus is on the typed text), then the first one again. */
  function move(step: 1 | -1): void {
    const places = lines.value.length + 1
    marked.value = ((marked.value + 1 + step + places) % places) - 1
  }

  watch(
    () => words.value.trim(),
    (text) => {
      clearTimeout(waiting)
      if (!text) return forget()
      waiting = setTimeout(() => void load(), pause)
    },
    { immediate: true },
  )
  onScopeDispose(forget)

  return { kinds, lines, isNothing, error, pending, marked, move, load, forget, lookedIn: computed(() => answer.value?.looked_in ?? []) }
}
