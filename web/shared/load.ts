import { onScopeDispose, ref, shallowRef } from 'vue'
import { now } from './clock'

/** Call `reload` whenever the network is back, as long as the page is there. */
export function whenBack(reload: () => unknown): void {
  const find = (): void => void reload()
  window.addEventListener('online', find)
  onScopeDispose(() => window.removeEventListener('online', find))
}

/**
 * Load something once and again: old content stays visible while the new is on its way. When the network is back it is
 * read once more by itself.
 */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<Error | null>(null)
  const loading = ref(false)
  /** When the shown content was read, for 「显示 11:02 的内容」. */
  const readAt = shallowRef<Date | null>(null)
  let current: AbortController | null = null

  async function reload(): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    loading.value = true
    try {
      const value = await read(mine.signal)
      if (mine.signal.aborted) return
      data.value = value
      error.value = null
      readAt.value = now()
    } catch (reason) {
      if (!mine.signal.aborted) error.value = reason as Error
    } finally {
      if (current === mine) loading.value = false
    }
  }

  whenBack(reload)
  onScopeDispose(() => current?.abort())
  void reload()
  return { data, error, loading, readAt, reload }
}
