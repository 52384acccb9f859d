/** What can be seen of the story's targets on this page; the console's are told by its frame. */
import { onScopeDispose, watchEffect, type Ref } from 'vue'
import type { Act } from './steps'

const RULE = 'outline:3px solid #f5a623;outline-offset:2px;animation:wd-glow 1.4s ease-in-out infinite;scroll-margin-block:130px'

export const targetsOf = (act: Act): readonly string[] => [act.target, ...(act.also ?? [])]

/** The thing to press for this act, if it can be pressed now; what is ticked need not be ticked again. */
export function seen(act: Act): HTMLElement | null {
  const selector = targetsOf(act).map((name) => `[data-story="${CSS.escape(name)}"]:not(:disabled, :checked)`)
  const found = [...document.querySelectorAll<HTMLElement>(selector.join())]
  return found.find((element) => element.offsetParent !== null || element.getClientRects().length > 0) ?? null
}

/** What glows comes into view, or at least the phone whose console it is in. */
export function reveal(act: Act): void {
  const element = seen(act) ?? document.querySelector('[data-phone="staff"]')
  element?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
}

/** The current act's targets glow while the phone is in the right hands. */
export function useGlow(act: Ref<Act | undefined>, isInRightHands: Ref<boolean>): void {
  const style = document.head.appendChild(document.createElement('style'))
  watchEffect(() => {
    const names = act.value && isInRightHands.value ? targetsOf(act.value) : []
    style.textContent = names.length ? `${names.map((name) => `[data-story="${name}"]`).join()}{${RULE}}` : ''
  })
  onScopeDispose(() => style.remove())
}

export async function until<T>(look: () => T | null | false, milliseconds: number, everyMs: number): Promise<T | null> {
  for (const began = performance.now(); performance.now() - began < milliseconds; ) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  return null
}
