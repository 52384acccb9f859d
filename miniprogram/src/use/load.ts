import { onScopeDispose, shallowRef, watch } from 'vue'
import { onLoad, onShow } from '@dcloudio/uni-app'
import { platform } from '@/platform'
import { bound } from './entry'

export type PageQuery = Record<string, string | undefined>

/**
 * Load what a page shows, when it opens and whenever it is shown again: old content stays visible while the new is on its
 * way. When the network is back it is read once more by itself. Whoever still lacks a phone number or a car is led to
 * the page that binds them first; `open` is for pages that need neither.
 */
export function useLoad<T>(read: (query: PageQuery) => Promise<T>, { open = false } = {}) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<Error | null>(null)
  /** When what is shown was read. */
  const readAt = shallowRef<Date | null>(null)
  let query: PageQuery = {}
  let current = 0

  async function reload(): Promise<void> {
    current += 1
    const mine = current
    try {
      if (!open) await bound()
      const value = await read(query)
      if (mine !== current) return
      data.value = value
      error.value = null
      readAt.value = platform.now()
    } catch (reason) {
      if (mine === current) error.value = reason as Error
    }
  }

  watch(platform.isOnline, (isOnline) => isOnline && void reload())
  onScopeDispose(() => (current += 1))
  onLoad((given) => {
    query = (given ?? {}) as PageQuery
    void reload()
  })
  onShow(() => data.value != null && void reload())
  return { data, error, reload, readAt }
}

/** Look again now and then while it matters and somebody looks, and at once when somebody does again. */
export function useLookAgain(reload: () => Promise<void>, everyMs: number, matters: () => boolean = () => true): void {
  const timer = setInterval(() => platform.isSeen.value && matters() && void reload(), everyMs)
  watch(platform.isSeen, (isSeen) => isSeen && void reload())
  onScopeDispose(() => clearInterval(timer))
}
