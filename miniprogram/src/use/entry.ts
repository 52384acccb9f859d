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

/** Gives once phone and car are known. Until then the page to bind them is shown, and this never gives: the page is left. */
export async function bound(): Promise<void> {
  if (isComplete(await signedIn())) return
  const then = pageAddress()
  uni.reLaunch({ url: `${BIND}?then=${encodeURIComponent(then)}` })
  await new Promise(() => undefined)
}

/** After what was missing has been given: the session is begun anew, and tells. */
export async function isBoundNow(): Promise<boolean> {
  forgetSession()
  return isComplete(await signedIn())
}
