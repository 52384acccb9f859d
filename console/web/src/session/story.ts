/**
 * The guided story points at things in this page when the demo shows it inside a phone: the simulator names a target,
 * we make it glow, press it when asked, and say when it was pressed and when what the press began is done. Outside the
 * demo nothing listens.
 */

interface StoryWord {
  wedealer: 'point' | 'press'
  target: string
  /** The thing the story is about, `order:12` or `appointment:5`, since a workshop has many cars. */
  about?: readonly string[]
}

const GLOW = 'wd-glow'
const LOOK_EVERY_MS = 400
/** A press counts as over once no request has been running for this long, because the next act may leave this page. */
const QUIET_MS = 1_200
const QUIET_LOOK_MS = 200
/** A press that has written nothing by then only opened something. */
const WRITES_WITHIN_MS = 60_000

/** The requests of this page, and how its writes ended. */
const requests = { underWay: 0, written: 0, wasAccepted: false }

function isStoryWord(data: unknown): data is StoryWord {
  return typeof data === 'object' && data !== null && 'wedealer' in data && 'target' in data
}

let about: readonly string[] = []

/** The thing of this name; where every car has one (`data-about`), the story's own. */
function find(target: string): HTMLElement | null {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-story="${CSS.escape(target)}"]`)]
  const own = found.find((element) => about.includes(element.dataset.about ?? ''))
  return own ?? found.find((element) => element.dataset.about == null || about.length === 0) ?? null
}

function tell(wedealer: 'sees' | 'pressed' | 'written', target: string): void {
  window.parent.postMessage({ wedealer, target }, '*')
}

/** The phone that shows this page signs its holder in again, and comes back to `next`: nobody chooses a person in a phone. */
export function askPhoneToSignIn(next: string): boolean {
  if (window.parent === window) return false
  window.parent.postMessage({ wedealer: 'signed-out', target: next }, '*')
  return true
}

function watchRequests(): void {
  const send = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const method = input instanceof Request ? input.method : (init?.method ?? 'GET')
    requests.underWay += 1
    let wasAccepted = false
    try {
      const answer = await send(input, init)
      wasAccepted = answer.ok
      return answer
    } finally {
      requests.underWay -= 1
      if (method !== 'GET') {
        requests.written += 1
        requests.wasAccepted = wasAccepted
      }
    }
  }
}

let lastPress = 0

/**
 * Only when what the press writes has been written may the phone change hands. A refusal or a newer press is not
 * reported.
 */
async function tellWhenWritten(target: string): Promise<void> {
  const before = requests.written
  lastPress += 1
  const mine = lastPress
  const began = performance.now()
  for (let quiet = 0; quiet < QUIET_MS || requests.written === before; ) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_LOOK_MS))
    quiet = requests.underWay > 0 ? 0 : quiet + QUIET_LOOK_MS
    if (mine !== lastPress || (requests.written === before && performance.now() - began > WRITES_WITHIN_MS)) return
  }
  if (requests.wasAccepted) tell('written', target)
}

export function joinStory(): void {
  if (window.parent === window) return
  watchRequests()
  let pointed = ''
  let shown: HTMLElement | null = null
  window.addEventListener('message', (message) => {
    if (message.source !== window.parent || !isStoryWord(message.data)) return
    about = message.data.about ?? []
    if (message.data.wedealer === 'press') find(message.data.target)?.click()
    else pointed = message.data.target
  })
  setInterval(() => {
    document.querySelectorAll(`.${GLOW}`).forEach((element) => element.classList.remove(GLOW))
    const element = pointed ? find(pointed) : null
    element?.classList.add(GLOW)
    if (element && element !== shown) element.scrollIntoView({ block: 'center' })
    shown = element
    tell('sees', element ? pointed : '')
  }, LOOK_EVERY_MS)
  document.addEventListener(
    'click',
    (event) => {
      const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-story]') : null
      const target = element?.dataset.story
      // A press for another car is not a step of the story.
      if (!target || (element.dataset.about != null && element !== find(target))) return
      tell('pressed', target)
      void tellWhenWritten(target)
    },
    true,
  )
}
