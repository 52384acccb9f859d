import { onScopeDispose, shallowRef, watch } from 'vue'
import { onHide, onLoad, onShow, onUnload } from '@dcloudio/uni-app'
import { ApiError } from '@/api/client'
import { platform } from '@/platform'
import { bound } from './entry'

/** Refused, missing or over: trying again cannot help. */
export const isRefusal = (reason: Error | null): reason is ApiError => reason instanceof ApiError && [403, 404, 410].includes(reason.status)

export type PageQuery = Record<string, string | undefined>

/**
 * Load what a page shows, when it opens and whenever it is shown again: old content stays visible while the new is on its
 * way, unless it is refused: what is no longer theirs to see is not shown. When the network is back it is read once more by itself. Whoever still lacks a phone number or a car is led to
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
      if (mine !== current) return
      error.value = reason as Error
      if (isRefusal(error.value)) data.value = null
    }
  }

  watch(platform.isOnline, (isOnline) => isOnline && void reload())
  onScopeDispose(() => (current += 1))
  onLoad((given) => {
    query = (given ?? {}) as PageQuery
    void reload()
  })
  onShow(() => (data.value != null || error.value != null) && void reload())
  return { data, error, reload, readAt }
}

/** How often a page without a stream of its own looks again while something is about to happen. */
export const LOOK_AGAIN_MS = 15_000

/** Look again now and then while it matters and this very page is looked at, and at once when the mini-program is seen again. */
export function useLookAgain(reload: () => Promise<void>, matters: () => boolean, everyMs = LOOK_AGAIN_MS): void {
  let timer: ReturnType<typeof setInterval> | undefined
  const rest = (): void => {
    if (timer) clearInterval(timer)
    timer = undefined
  }
  watch(platform.isSeen, (isSeen) => isSeen && timer && void reload())
  onShow(() => {
    rest()
    timer = setInterval(() => platform.isSeen.value && matters() && void reload(), everyMs)
  })
  onHide(rest)
  onUnload(rest)
  onScopeDispose(rest)
}
