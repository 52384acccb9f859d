import { onScopeDispose, ref, shallowRef } from 'vue'
import { now } from './clock'
import { ApiError, Unreachable } from './http'

const FIRST_AGAIN_MS = 2000
const LAST_AGAIN_MS = 30_000
const BUSY = 429
const BROKEN = 500

/** Whether the same question may be answered in a moment: there was no answer, or the server had no time. */
const passes = (reason: unknown): boolean => reason instanceof Unreachable || (reason instanceof ApiError && (reason.status >= BROKEN || reason.status === BUSY))

/** Call `reload` whenever the network is back, as long as the page is there. */
export function whenBack(reload: () => unknown): void {
  const find = (): void => void reload()
  window.addEventListener('online', find)
  onScopeDispose(() => window.removeEventListener('online', find))
}

/**
 * Load something once and again: old content stays visible while the new is on its way. When the network is back it is
 * read once more by itself; so it is, less and less often, after a failure that passes, since whatever told of news will
 * not tell again.
 */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<Error | null>(null)
  const loading = ref(false)
  /** When the shown content was read, for 「显示 11:02 的内容」. */
  const readAt = shallowRef<Date | null>(null)
  let current: AbortController | null = null
  let again: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_AGAIN_MS

  function tryAgain(): void {
    again = setTimeout(() => void reload(), pause)
    pause = Math.min(2 * pause, LAST_AGAIN_MS)
  }

  async function reload(): Promise<void> {
    current?.abort()
    clearTimeout(again)
    const mine = new AbortController()
    current = mine
    loading.value = true
    try {
      const value = await read(mine.signal)
      if (mine.signal.aborted) return
      data.value = value
      error.value = null
      pause = FIRST_AGAIN_MS
      readAt.value = now()
    } catch (reason) {
      if (mine.signal.aborted) return
      error.value = reason as Error
      if (passes(reason)) tryAgain()
    } finally {
      if (current === mine) loading.value = false
    }
  }

  whenBack(reload)
  onScopeDispose(() => {
    clearTimeout(again)
    current?.abort()
  })
  void reload()
  return { data, error, loading, readAt, reload }
}
