/**
 * The console's own connection. The session token lives in this tab only, so two tabs can be two people; an expired
 * session leads to the sign-in page.
 */
import { setClock } from '@shared/clock'
import { createHttp } from '@shared/http'
import { router } from '@/router'

const KEY = 'wedealer.staff-token'

export function keepToken(token: string | null): void {
  if (token) sessionStorage.setItem(KEY, token)
  else sessionStorage.removeItem(KEY)
}

export function currentToken(): string | null {
  return sessionStorage.getItem(KEY)
}

/** A live stream's address: EventSource cannot send headers, so it carries the token itself. */
export function streamAddress(path: string, after: number): string {
  return `${path}?${new URLSearchParams({ after: String(after), token: currentToken() ?? '' })}`
}

export const http = createHttp({
  token: currentToken,
  // The demo moves its clock; each answer tells how late it is there.
  onAnswer: ({ businessTime }) => {
    if (businessTime) setClock(businessTime)
  },
  onUnauthenticated: () => {
    keepToken(null)
    const here = router.currentRoute.value
    // While the first page is still being looked up, the router itself leads to the sign-in page.
    if (here.name && here.name !== 'sign-in') void router.push({ name: 'sign-in', query: { next: here.fullPath, ended: '1' } })
  },
})
