/**
 * The guided story points at things in this page when the demo shows it inside a phone: the simulator names a target,
 * we make it glow, press it when asked, and say when it was pressed. Outside the demo nothing listens.
 */

interface StoryWord {
  wedealer: 'point' | 'press'
  target: string
}

const GLOW = 'wd-glow'

function isStoryWord(data: unknown): data is StoryWord {
  return typeof data === 'object' && data !== null && 'wedealer' in data && 'target' in data
}

function find(target: string): HTMLElement | null {
  return document.querySelector(`[data-story="${CSS.escape(target)}"]`)
}

export function joinStory(): void {
  if (window.parent === window) return
  let pointed = ''
  window.addEventListener('message', (message) => {
    if (message.source !== window.parent || !isStoryWord(message.data)) return
    if (message.data.wedealer === 'press') find(message.data.target)?.click()
    else pointed = message.data.target
  })
  setInterval(() => {
    document.querySelectorAll(`.${GLOW}`).forEach((element) => element.classList.remove(GLOW))
    const element = pointed ? find(pointed) : null
    element?.classList.add(GLOW)
    window.parent.postMessage({ wedealer: 'sees', target: element ? pointed : '' }, '*')
  }, 400)
  document.addEventListener(
    'click',
    (event) => {
      const element = event.target instanceof Element ? event.target.closest('[data-story]') : null
      if (element) window.parent.postMessage({ wedealer: 'pressed', target: element.getAttribute('data-story') }, '*')
    },
    true,
  )
}
