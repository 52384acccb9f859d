/** How an owner comes in: signed in silently, and led to what is still missing before a page of their own can be shown. */
import { forgetSession, signedIn, type Session } from '@/api/client'

const BIND = '/pages/bind/index'

/** The address of the page on top, as a link would have it. */
export function pageAddress(): string {
  const pages = getCurrentPages()
  const page = pages[pages.length - 1] as { route?: string; options?: Record<string, string> } | undefined
  const query = Object.entries(page?.options ?? {}).map(([name, value]) => `${name}=${value}`)
  return `/${page?.route ?? 'pages/home/index'}${query.length ? `?${query.join('&')}` : ''}`
}

const isComplete = (session: Session): boolean => session.has_phone && session.has_vehicle

/**
 * Resolves once phone and car are known. Otherwise it opens the page to bind them and never resolves, since the current
 * page is left.
 */
export async function bound(): Promise<void> {
  if (isComplete(await signedIn())) return
  const then = pageAddress()
  uni.reLaunch({ url: `${BIND}?then=${encodeURIComponent(then)}` })
  await new Promise(() => undefined)
}

/**
 * Called when the missing part has been given: begins the session again, which tells whether anything else is missing.
 */
export async function isBoundNow(): Promise<boolean> {
  forgetSession()
  return isComplete(await signedIn())
}
