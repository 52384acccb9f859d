/**
 * The browser's elements of uni-app are no form elements: without this nobody could reach them by keyboard, nor would a
 * screen reader call them what they are. WeChat does both for its own.
 */
const PRESSABLE = 'uni-button, [role="button"], [role="radio"], [role="checkbox"], [role="tab"]'

function makeReachable(): void {
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
