/**
 * The browser's elements of uni-app are no form elements: without this nobody could reach them by keyboard, nor would a
 * screen reader call them what they are, or find its way about the page. WeChat does all of it for its own.
 */
const PRESSABLE = 'uni-button, [role="button"], [role="radio"], [role="checkbox"], [role="tab"]'

/** The parts of a page as uni-app draws them, and what they are. */
const PARTS = {
  'uni-page-head': 'banner', 'uni-page-wrapper': 'main', '.uni-page-head__title': 'heading', '.uni-tabbar': 'navigation', '.uni-tabbar__item': 'button',
}

function namePart(selector: string, role: string): void {
  for (const element of Array.from(document.querySelectorAll(`${selector}:not([role])`))) {
    element.setAttribute('role', role)
    if (role === 'heading') element.setAttribute('aria-level', '1')
  }
}

function makeReachable(): void {
  for (const [selector, role] of Object.entries(PARTS)) namePart(selector, role)
  // A word beside it, or on the element around it, says what the picture shows.
  for (const picture of Array.from(document.querySelectorAll<HTMLImageElement>('img:not([alt])'))) picture.alt = picture.closest('uni-image')?.ariaLabel ?? ''
  // The field that is typed into is one inside the element that was named.
  for (const field of Array.from(document.querySelectorAll('[aria-label] input:not([aria-label]), [aria-label] textarea:not([aria-label])')))
    field.setAttribute('aria-label', field.closest('[aria-label]')?.getAttribute('aria-label') ?? '')
  for (const element of Array.from(document.querySelectorAll<HTMLElement>(PRESSABLE))) {
    if (element.tagName === 'CANVAS') continue
    if (!element.hasAttribute('role')) element.setAttribute('role', 'button')
    const isOff = element.hasAttribute('disabled')
    element.setAttribute('aria-disabled', String(isOff))
    element.tabIndex = isOff ? -1 : 0
  }
}

function pressByKey(event: KeyboardEvent): void {
  const element = event.target as HTMLElement
  if (!['Enter', ' '].includes(event.key) || !element.matches?.(PRESSABLE) || element.tagName === 'CANVAS') return
  event.preventDefault()
  element.click()
}

export function listenToKeys(): void {
  new MutationObserver(makeReachable).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] })
  document.addEventListener('keydown', pressByKey)
}
