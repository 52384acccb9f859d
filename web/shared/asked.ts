/**
 * What a card's button asked this page to open: `?do=reschedule` opens the dialog once possible, and is then removed.
 */
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** `may` turns true when the thing is loaded and this person may do it now; otherwise nothing opens. */
export function onAsked(what: string, may: () => boolean, open: () => void): void {
  const route = useRoute()
  const router = useRouter()
  const stop = watch(
    () => route.query.do === what && may(),
    (isAsked) => {
      if (!isAsked) return
      const { do: _, ...rest } = route.query
      void router.replace({ query: rest, hash: route.hash })
      open()
      queueMicrotask(() => stop())
    },
    { immediate: true },
  )
}
