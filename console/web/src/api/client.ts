/**
 * The console's own connection. The session token lives in this tab only, so two tabs can be two people; `onSessionEnd`
 * registers who is told that the session expired.
 */
import { setClock } from '@shared/clock'
import { createHttp } from '@shared/http'

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

let sessionEnded = () => {}

/** What happens when the server no longer knows this tab's session. */
export function onSessionEnd(act: () => void): void {
  sessionEnded = act
}

export const http = createHttp({
  token: currentToken,
  // The demo moves its clock; each answer tells how late it is there.
  onAnswer: ({ businessTime }) => {
    if (businessTime) setClock(businessTime)
  },
  onUnauthenticated: () => {
    keepToken(null)
    sessionEnded()
  },
})
