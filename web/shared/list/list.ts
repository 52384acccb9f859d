/**
 * A list of records: the address holds the question (filters, search, order), so that a link, Back and a reload ask the
 * same. Pages come by cursor; old rows stay visible while new ones are on their way.
 */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { ApiError } from '../http'
import { whenBack } from '../load'

export type Id = number | string

/** As our doors answer; `next_cursor` is null at the end. A door that gives all at once answers with the rows alone. */
export interface Page<Row> {
  items: Row[]
  next_cursor?: string | null
}

export interface List<Row> {
  rows: ShallowRef<Row[]>
  next: ShallowRef<string | null>
  ready: Ref<boolean>
  loading: Ref<boolean>
  error: ShallowRef<Error | null>
  isForbidden: ComputedRef<boolean>
  isFiltered: ComputedRef<boolean>
  /** The filters that are set, as the address has them. */
  question: ComputedRef<Record<string, string>>
  /** A filter's value, `''` when it is not set. */
  word: (name: string) => string
  /** Set or, with `''`, take off filters; the rest of the address stays. */
  ask: (change: Record<string, string>) => void
  clear: () => void
  reload: () => Promise<void>
  more: () => Promise<void>
}

/** `filters` names what of the address is asked; a change of anything else does not read anew. */
export function useList<Row extends { id: Id }>(
  filters: readonly string[],
  read: (question: Record<string, string>, cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row> | Row[]>,
): List<Row> {
  const route = useRoute()
  const router = useRouter()
  const here = route.name
  const rows = shallowRef<Row[]>([])
  const next = shallowRef<string | null>(null)
  const ready = ref(false)
  const loading = ref(false)
  const error = shallowRef<Error | null>(null)
  let asked: AbortController | null = null

  function word(name: string): string {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }

  const question = computed(() => Object.fromEntries(filters.map((name) => [name, word(name)]).filter(([, value]) => value)) as Record<string, string>)
  const isFiltered = computed(() => Object.keys(question.value).length > 0)
  const isForbidden = computed(() => error.value instanceof ApiError && error.value.status === 403)

  async function load(cursor?: string): Promise<void> {
    asked?.abort()
    const mine = (asked = new AbortController())
    loading.value = true
    error.value = null
    try {
      const answer = await read(question.value, cursor, mine.signal)
      if (mine.signal.aborted) return
      const page: Page<Row> = Array.isArray(answer) ? { items: answer } : answer
      rows.value = cursor ? [...rows.value, ...page.items] : page.items
      next.value = page.next_cursor ?? null
      ready.value = true
    } catch (reason) {
      if (!mine.signal.aborted) error.value = reason as Error
    } finally {
      if (asked === mine) loading.value = false
    }
  }

  function ask(change: Record<string, string>): void {
    const query = { ...route.query, ...change }
    void router.replace({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value)) })
  }

  watch(
    () => JSON.stringify(question.value),
    () => route.name === here && void load(),
  )
  whenBack(() => load())
  onScopeDispose(() => asked?.abort())
  void load()

  return {
    rows, next, ready, loading, error, isForbidden, isFiltered, question, word, ask,
    clear: () => void router.replace({ query: {} }),
    reload: () => load(),
    more: () => (next.value ? load(next.value) : Promise.resolve()),
  }
}
