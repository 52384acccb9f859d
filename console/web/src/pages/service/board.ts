/** A list of one store that refreshes itself: loaded, followed live, with changed rows marked. */
import { computed, onScopeDispose, ref } from 'vue'
import { clockTime } from '@shared/format'
import { ApiError } from '@shared/http'
import { useLive } from '@shared/live'
import { useList, type Id, type List } from '@shared/list/list'
import { useLoad } from '@shared/load'
import { streamAddress } from '@/api/client'
import { readMe } from '@/api/session'
import { store } from '@/session/session'

export function useStoreBoard<T>(read: (storeId: number, signal: AbortSignal) => Promise<T>) {
  const storeId = store.value?.id ?? 0
  const board = useLoad((signal) => read(storeId, signal))
  const live = useLive({
    transport: 'sse',
    address: (after) => streamAddress(`/api/staff/stores/${storeId}/live`, after),
    onEvent: () => void board.reload(),
    whyNot: readMe,
  })
  const sentence = computed(() => sentenceOf(board.error.value, board.readAt.value, '列表'))
  return { ...board, storeId, live, sentence }
}

/** The same for a list page: what the address asks of one store, followed live. */
export function useStoreList<Row extends { id: Id }>(
  filters: readonly string[],
  read: (storeId: number, question: Record<string, string>, signal: AbortSignal) => Promise<Row[]>,
): { list: List<Row>; live: ReturnType<typeof useLive> } {
  const storeId = store.value?.id ?? 0
  const list = useList<Row>(filters, (question, _, signal) => read(storeId, question, signal))
  const live = useLive({
    transport: 'sse',
    address: (after) => streamAddress(`/api/staff/stores/${storeId}/live`, after),
    onEvent: () => void list.reload(),
    whyNot: readMe,
  })
  return { list, live }
}

/** What somebody may not see, by what they wanted to read. */
const FORBIDDEN: Record<string, string> = { 列表: '这家店', 工单: '这张工单' }

/** What a board says when it could not be read: why, and from when the content below is. */
export function sentenceOf(error: Error | null, readAt: Date | null, what: string): string | undefined {
  if (!error) return undefined
  if (error instanceof ApiError && error.status === 403) return `您不能看${FORBIDDEN[what] ?? '这一页'}，可请管理员开通。`
  return readAt ? `${what}没加载出来，下面是 ${clockTime(readAt)} 的内容。` : undefined
}

const GLOWS_MS = 2000

/** Rows whose version grew since the last look glow for two seconds; the first look has no news. */
export function useGlow() {
  const glowing = ref(new Set<number>())
  const seen = new Map<number, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  function look(rows: readonly { id: number; version: number }[]): void {
    const changed = seen.size === 0 ? [] : rows.filter((row) => seen.get(row.id) !== row.version)
    for (const row of rows) seen.set(row.id, row.version)
    if (changed.length === 0) return
    glowing.value = new Set(changed.map((row) => row.id))
    clearTimeout(timer)
    timer = setTimeout(() => (glowing.value = new Set()), GLOWS_MS)
  }

  return { glowing, look }
}
