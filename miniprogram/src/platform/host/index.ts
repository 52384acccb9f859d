/** The platform as the demo's phone plays it: the phone is the person's WeChat and lets them answer. */
import { readonly, ref } from 'vue'
import type { Chosen, Platform } from '../types'
import { listenToKeys } from './keyboard'
import { openPath } from './open'
import type { Ask, Asks, FromMiniProgram, FromPhone, PhoneState } from './words'

const isSeen = ref(true)
const isOnline = ref(navigator.onLine)
const fontScale = ref(1)
let clockOffsetMs = 0
let server = ''

const waiting = new Map<number, { resolve: (gives: never) => void; reject: (reason: Error) => void }>()
let asks = 0

function say(words: FromMiniProgram): void {
  window.parent.postMessage(words, '*')
}

export function ask<A extends Ask>(what: A, given: Asks[A]['with']): Promise<Asks[A]['gives']> {
  asks += 1
  const number = asks
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject })
    say({ miniprogram: 'ask', number, ask: what, with: JSON.parse(JSON.stringify(given)) })
  })
}

function take(state: Partial<PhoneState>): void {
  if (state.server != null) server = state.server
  if (state.now != null) clockOffsetMs = new Date(state.now).getTime() - Date.now()
  if (state.isSeen != null) isSeen.value = state.isSeen
  if (state.fontScale != null) fontScale.value = state.fontScale
  if (state.theme != null) document.documentElement.setAttribute('theme-mode', state.theme)
}

window.addEventListener('message', (message: MessageEvent<FromPhone>) => {
  if (message.source !== window.parent || typeof message.data !== 'object' || !('phone' in message.data)) return
  const words = message.data
  if (words.phone === 'state') take(words.state)
  else if (words.phone === 'open') openPath(words.path)
  else {
    const asked = waiting.get(words.number)
    waiting.delete(words.number)
    if (words.failed != null) asked?.reject(new Error(words.failed))
    else asked?.resolve(words.gives as never)
  }
})
window.addEventListener('online', () => (isOnline.value = true))
window.addEventListener('offline', () => (isOnline.value = false))

listenToKeys()

/** The guided story points at the tabs, too, which the tool draws by itself. */
const TAB_STORIES = ['owner-tab-home', 'owner-tab-coupons', 'owner-tab-me']
new MutationObserver((_, watching) => {
  const tabs = document.querySelectorAll<HTMLElement>('.uni-tabbar__item')
  tabs.forEach((tab, index) => (tab.dataset.story = TAB_STORIES[index]))
  if (tabs.length) watching.disconnect()
}).observe(document, { childList: true, subtree: true })

/** Opened outside the demo's phone there is nobody to ask; then fail at once instead of waiting for ever. */
const greeting: Promise<void> =
  window.parent === window ? Promise.reject(new Error('请在演示的手机里打开。')) : ask('hello', null).then(take)
greeting.catch(() => undefined)

export const platform: Platform = {
  server: async () => {
    await greeting
    return server
  },
  login: async () => {
    await greeting
    return ask('login', null)
  },
  requestSubscribe: (templates) => ask('requestSubscribe', templates),
  standingChoice: () => ask('standingChoice', null),
  openSettings: async () => void (await ask('openSettings', null)),
  requestPayment: (parameters) => ask('requestPayment', parameters),
  choosePhoto: async (): Promise<Chosen | null> => {
    const photo = await ask('choosePhoto', null)
    return photo && { path: URL.createObjectURL(photo), bytes: () => photo.arrayBuffer() }
  },
  confirm: (question) => ask('confirm', question),
  call: async (callee) => void (await ask('call', callee)),
  openChat: (userid) => ask('openChat', userid),
  hasChat: true,
  keepFile: ({ name, text }) => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/html;charset=utf-8' }))
    link.download = name
    link.click()
    URL.revokeObjectURL(link.href)
    return Promise.resolve(true)
  },
  openPdf: async ({ url, headers, name }) => {
    const answer = await fetch(url, { headers })
    if (!answer.ok) throw new Error(`download: ${answer.status}`)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await answer.blob())
    // A page of its own shows it; where the browser opens none for a script, it becomes a download.
    if (!window.open(link.href, '_blank')) {
      link.download = name
      link.click()
    }
  },
  openLocation: async (place) => void (await ask('openLocation', place)),
  socket: (url, on) => {
    const socket = new WebSocket(url)
    socket.onopen = on.open
    socket.onmessage = (message: MessageEvent<string>) => on.data(message.data)
    socket.onclose = ({ code }) => on.lost(code)
    return {
      close: () => {
        socket.onclose = null
        socket.close()
      },
    }
  },
  isSeen: readonly(isSeen),
  isOnline: readonly(isOnline),
  fontScale: readonly(fontScale),
  now: () => new Date(Date.now() + clockOffsetMs),
  answered: (answer) => say({ miniprogram: 'answered', answer }),
}
