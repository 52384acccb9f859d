/**
 * Keyboard shortcuts of the console. None fires while somebody is typing; a page's own keys win over the layout's.
 * `G` waits for a second key: `g t` goes to 今日. What begins with `mod+` is pressed with Ctrl (⌘ on a Mac), and works
 * while typing, too.
 */
import { onScopeDispose, ref } from 'vue'

export interface Shortcut {
  /** One key (`n`, `/`, `Enter`, `Escape`, `?`) or two with a blank (`g t`). */
  keys: string
  /** What it does, shown in the list behind `?`. */
  word: string
  run: () => void
}

const SECOND_KEY_MS = 1200
const layers = ref<Shortcut[][]>([])
let first = ''
let firstAt = 0

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

/** Enter on a focused control is the control's own. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a, summary, [role="button"], [role="tab"]')
}

function find(keys: string): Shortcut | undefined {
  return layers.value.flat().find((shortcut) => shortcut.keys.toLowerCase() === keys)
}

function press(event: KeyboardEvent): void {
  const isModified = event.ctrlKey || event.metaKey
  if (event.altKey || (!isModified && isTyping(event.target))) return
  if (document.querySelector('dialog[open]')) return
  const key = `${isModified ? 'mod+' : ''}${event.key.toLowerCase()}`
  if (key === 'enter' && isControl(event.target)) return
  const pair = event.timeStamp - firstAt < SECOND_KEY_MS ? find(`${first} ${key}`) : undefined
  const shortcut = pair ?? find(key)
  first = key
  firstAt = event.timeStamp
  if (!shortcut) return
  event.preventDefault()
  shortcut.run()
}

window.addEventListener('keydown', press)

/** A key as people write it: `N`, `Enter`, `Ctrl K`. */
export const keyWord = (key: string): string => (key.length === 1 ? key.toUpperCase() : key.replace(/^mod\+(.)$/, (_, letter: string) => `Ctrl ${letter.toUpperCase()}`))

/** Everything that works on this page now, a page's own first. */
export const activeShortcuts = layers

export function useShortcuts(shortcuts: Shortcut[]): void {
  layers.value = [shortcuts, ...layers.value]
  const layer = layers.value[0]
  onScopeDispose(() => (layers.value = layers.value.filter((other) => other !== layer)))
}

/** J and K over a list: the marked row, moved by keys and by hand. */
export function useListKeys(length: () => number, open: (index: number) => void) {
  const marked = ref(-1)
  const move = (step: number) => (marked.value = Math.min(length() - 1, Math.max(0, marked.value + step)))
  useShortcuts([
    { keys: 'j', word: '下一行', run: () => move(1) },
    { keys: 'k', word: '上一行', run: () => move(-1) },
    { keys: 'enter', word: '打开', run: () => marked.value >= 0 && open(marked.value) },
  ])
  return marked
}
