import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useLive } from './live'

/** The browser's side: pages that open and close streams, and somebody who looks away and comes back. */
class Stream {
  static open: Stream[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null

  constructor(readonly url: string) {
    Stream.open.push(this)
  }

  close(): void {
    Stream.open = Stream.open.filter((each) => each !== this)
  }
}

class Page extends EventTarget {
  hidden = false

  look(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

const page = new Page()
const frame = new EventTarget()
let scope = effectScope()

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Stream)
  vi.stubGlobal('document', page)
  vi.stubGlobal('window', frame)
  page.hidden = false
  scope = effectScope()
})

afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function follow(numbers: number[] = []) {
  return scope.run(() =>
    useLive({ transport: 'sse', address: (after) => `/live?after=${after}`, onEvent: (event) => numbers.push(event.number) }),
  )!
}

const addresses = (): string[] => Stream.open.map((stream) => stream.url)

it('lets its connection go while nobody looks and follows on from the last number', () => {
  const numbers: number[] = []
  const live = follow(numbers)
  Stream.open[0]!.onopen?.()
  Stream.open[0]!.onmessage?.({ data: '{"number": 7}' })
  expect(live.state.value).toBe('live')
  page.look(true)
  expect(addresses()).toEqual([])
  vi.advanceTimersByTime(60_000)
  expect(live.state.value).toBe('waiting')
  page.look(false)
  expect(addresses()).toEqual(['/live?after=7'])
  Stream.open[0]!.onopen?.()
  Stream.open[0]!.onmessage?.({ data: '{"number": 7}' })
  Stream.open[0]!.onmessage?.({ data: '{"number": 8}' })
  expect(numbers).toEqual([7, 8])
  expect(live.caughtUp.value).toBe(1)
})

it('holds nothing when left for another page, and one connection when that page is left by 「后退」', () => {
  follow()
  frame.dispatchEvent(new Event('pagehide'))
  expect(addresses()).toEqual([])
  frame.dispatchEvent(new Event('pageshow'))
  frame.dispatchEvent(new Event('pageshow'))
  page.look(false)
  expect(addresses()).toEqual(['/live?after=0'])
})

it('waits for somebody to look before it connects at all', () => {
  page.hidden = true
  follow()
  expect(addresses()).toEqual([])
  page.look(false)
  expect(addresses()).toEqual(['/live?after=0'])
})

it('opens nothing more once its page is gone', () => {
  follow()
  Stream.open[0]!.onerror?.()
  scope.stop()
  page.look(true)
  page.look(false)
  vi.advanceTimersByTime(60_000)
  expect(addresses()).toEqual([])
})

it('says that there is no network as long as there is none, and follows on when it is back', () => {
  const live = follow()
  Stream.open[0]!.onopen?.()
  expect(live.state.value).toBe('live')
  frame.dispatchEvent(new Event('offline'))
  expect(live.state.value).toBe('offline')
  vi.advanceTimersByTime(60_000)
  expect(live.state.value).toBe('offline')
  expect(addresses()).toEqual([])
  frame.dispatchEvent(new Event('online'))
  expect(live.state.value).toBe('waiting')
  Stream.open[0]!.onopen?.()
  expect(live.state.value).toBe('live')
})

it('asks why when a connection does not open, since an ended session looks like a dead server to a stream', () => {
  const whyNot = vi.fn(() => Promise.reject(new Error('登录已过期')))
  scope.run(() => useLive({ transport: 'sse', address: () => '/live', onEvent: () => undefined, whyNot }))
  Stream.open[0]!.onopen?.()
  Stream.open[0]!.onerror?.()
  expect(whyNot).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  Stream.open[0]!.onerror?.()
  expect(whyNot).toHaveBeenCalledOnce()
})
