import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'

/** Only what the keys use of a window and of what has the focus. */
class Focused {
  isContentEditable = false
  matches = (selector: string) => selector.includes('input')
}
const listeners: ((event: unknown) => void)[] = []
vi.stubGlobal('window', { addEventListener: (_: string, listen: (event: unknown) => void) => listeners.push(listen) })
vi.stubGlobal('HTMLElement', Focused)
vi.stubGlobal('document', { querySelector: () => null })
const { keyWord, useShortcuts } = await import('./shortcuts')

const press = (key: string, more: object = {}) => {
  const event = { key, timeStamp: 0, target: null, preventDefault: vi.fn(), ...more }
  listeners.forEach((listen) => listen(event))
  return event
}
const came: string[] = []
let scope: EffectScope
beforeEach(() => {
  came.length = 0
  scope = effectScope()
  scope.run(() => useShortcuts([{ keys: '/', word: '搜索', run: () => came.push('/') }, { keys: 'mod+k', word: '搜索', run: () => came.push('mod+k') }]))
})
afterEach(() => scope.stop())

it('comes to the search by / unless somebody types, by Ctrl or ⌘ K from anywhere', () => {
  press('/')
  press('/', { target: new Focused() })
  expect(came).toEqual(['/'])
  expect(press('k', { ctrlKey: true, target: new Focused() }).preventDefault).toHaveBeenCalled()
  press('K', { metaKey: true })
  press('k')
  press('c', { ctrlKey: true })
  expect(came).toEqual(['/', 'mod+k', 'mod+k'])
})

it('is written as people write it', () => {
  expect(['n', 'enter', 'mod+k'].map(keyWord)).toEqual(['N', 'enter', 'Ctrl K'])
})
