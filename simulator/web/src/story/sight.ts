/**
 * What can be seen of the story's targets on this page and in the mini-program's frame, which is of this server too; the
 * console's are told by its frame.
 */
import { onScopeDispose, watchEffect, type Ref } from 'vue'
import { miniProgram } from './stage'
import type { Act } from './steps'

const RULE = 'outline:3px solid #f5a623;outline-offset:2px;animation:wd-glow 1.4s ease-in-out infinite;scroll-margin-block:130px'
const KEYFRAMES = '@keyframes wd-glow{50%{box-shadow:0 0 0 8px rgb(245 166 35 / 35%)}}'
/** The outline alone points at it; the mini-program's own styles say nothing about motion. */
const STILL = '@media (prefers-reduced-motion:reduce){[data-story]{animation:none!important}}'
/** The elements of a mini-program are not form elements: they have attributes for what those have as state. */
const CAN_BE_PRESSED = ':not(:disabled, :checked, [disabled], [role="checkbox"][aria-checked="true"])'

export const targetsOf = (act: Act): readonly string[] => [act.target, ...(act.also ?? [])]

/** This page, and the mini-program's once it has been opened. */
function pages(): Document[] {
  const inside = miniProgram.value?.contentDocument
  return inside ? [document, inside] : [document]
}

/** The thing to press for this act, if it can be pressed now; what is ticked need not be ticked again. */
export function seen(act: Act): HTMLElement | null {
  const selector = targetsOf(act).map((name) => `[data-story="${CSS.escape(name)}"]${CAN_BE_PRESSED}`).join()
  const found = pages().flatMap((page) => [...page.querySelectorAll<HTMLElement>(selector)])
  return found.find((element) => element.offsetParent !== null || element.getClientRects().length > 0) ?? null
}

/** What glows comes into view, or at least the phone whose console it is in. */
export function reveal(act: Act): void {
  const element = seen(act) ?? document.querySelector('[data-phone="staff"]')
  element?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
}

function styleIn(page: Document): HTMLStyleElement {
  const found = page.querySelector<HTMLStyleElement>('style[data-glow]')
  if (found) return found
  const made = page.head.appendChild(page.createElement('style'))
  made.dataset.glow = ''
  return made
}

/** The current act's targets glow while the phone is in the right hands. */
export function useGlow(act: Ref<Act | undefined>, isInRightHands: Ref<boolean>): void {
  watchEffect(() => {
    const names = act.value && isInRightHands.value ? targetsOf(act.value) : []
    const rule = names.length ? `${KEYFRAMES}${names.map((name) => `[data-story="${name}"]`).join()}{${RULE}}${STILL}` : ''
    for (const page of pages()) styleIn(page).textContent = rule
  })
  onScopeDispose(() => pages().forEach((page) => styleIn(page).remove()))
}

/** Listen on this page and in the mini-program, which is another one for each person who holds the phone. */
export function useEverywhere(listen: (page: Document) => void): void {
  const heard = new WeakSet<Document>()
  watchEffect(() => {
    for (const page of pages()) {
      if (!heard.has(page)) listen(page)
      heard.add(page)
    }
  })
}

export async function until<T>(look: () => T | null | false, milliseconds: number, everyMs: number): Promise<T | null> {
  for (const began = performance.now(); performance.now() - began < milliseconds; ) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  return null
}
