/** The console's own connection: same origin, cookie session; an expired session leads to the sign-in page. */
import { createHttp } from '@shared/http'
import { router } from '@/router'

export const http = createHttp({
  onUnauthenticated: () => {
    const here = router.currentRoute.value
    if (here.name !== 'sign-in') void router.push({ name: 'sign-in', query: { next: here.fullPath } })
  },
})
