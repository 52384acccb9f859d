/** Load something once and again: old content stays visible while the new is on its way. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { now } from './clock'

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

  onScopeDispose(() => current?.abort())
  void reload()
  return { data, error, loading, readAt, reload }
}
