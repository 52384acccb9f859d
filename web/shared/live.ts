/**
 * Follow a numbered stream of events over SSE (staff) or WebSocket (owners).
 *
 * Connect, replay after the last number seen, drop doubles: nothing is missed and nothing comes twice. The connection
 * is only a hint of freshness, so pages stay readable while it is away.
 *
 * A page nobody sees holds no connection: over HTTP/1.1 a browser gives one server six, and pages in other tabs or kept
 * for 「后退」 would leave none for the page somebody works on. It follows again from its last number when it is seen.
 */
import { onScopeDispose, ref } from 'vue'

export interface NumberedEvent {
  number: number
}

export interface LiveOptions<E extends NumberedEvent> {
  transport: 'sse' | 'websocket'
  /** The address that replays everything after the given number; 0 means from the beginning. */
  address: (after: number) => string
  onEvent: (event: E) => void
  after?: number
  /**
   * Asked when a connection did not open, since a stream does not say why: a plain request whose 401 leads to the
   * sign-in page. Its answer is not used.
   */
  whyNot?: () => Promise<unknown>
}

const LONGEST_WAIT_MS = 30_000
/** A gap shorter than this is not worth telling anyone about. */
const QUIET_MS = 5000
const CAUGHT_UP_SHOWN_MS = 4000

type Connection = { close: () => void }

/** live: fresh · waiting: briefly away · reconnecting: away for more than five seconds · offline: there is no network. */
export type LiveState = 'live' | 'waiting' | 'reconnecting' | 'offline'

/** What a page says of its freshness: 「实时」 only while it is. */
export function liveWords(state: LiveState, caughtUp: number): string {
  if (state === 'offline') return '网络断开'
  if (state === 'reconnecting') return '正在重连'
  if (state === 'waiting') return '正在连接'
  return caughtUp > 0 ? `已补上 ${caughtUp} 条` : '实时'
}

/** Wait before reconnecting for the nth time: 1, 2, 4 … 30 s. */
function reconnectWait(tried: number): number {
  return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tried)
}

function open(transport: 'sse' | 'websocket', url: string, on: { open: () => void; data: (text: string) => void; lost: () => void }): Connection {
  if (transport === 'sse') {
    const source = new EventSource(url, { withCredentials: true })
    source.onopen = on.open
    source.onmessage = (message: MessageEvent<string>) => on.data(message.data)
    source.onerror = () => {
      source.close()
      on.lost()
    }
    return source
  }
  const socket = new WebSocket(url.replace(/^http/, 'ws'))
  socket.onopen = on.open
  socket.onmessage = (message: MessageEvent<string>) => on.data(message.data)
  socket.onclose = on.lost
  return {
    close: () => {
      socket.onclose = null
      socket.close()
    },
  }
}

export function useLive<E extends NumberedEvent>(options: LiveOptions<E>) {
  /** See `LiveState`. */
  const state = ref<LiveState>('waiting')
  /** How many events the last reconnection brought, for 「已补上 2 条」; 0 when there is nothing to say. */
  const caughtUp = ref(0)
  let last = options.after ?? 0
  let tried = 0
  let returning = false
  let connection: Connection | null = null
  let isStopped = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  let settle: ReturnType<typeof setTimeout> | undefined

  function take(text: string): void {
    const event = JSON.parse(text) as E
    if (event.number <= last) return
    last = event.number
    if (returning) caughtUp.value += 1
    options.onEvent(event)
  }

  function expectSoon(): void {
    quiet ??= setTimeout(() => {
      if (state.value === 'waiting') state.value = 'reconnecting'
    }, QUIET_MS)
  }

  function connect(): void {
    retry = undefined
    let hasOpened = false
    connection = open(options.transport, options.address(last), {
      open: () => {
        hasOpened = true
        clearTimeout(quiet)
        quiet = undefined
        state.value = 'live'
        tried = 0
        settle = setTimeout(() => {
          returning = false
          caughtUp.value = 0
        }, CAUGHT_UP_SHOWN_MS)
      },
      data: take,
      lost: () => {
        connection = null
        clearTimeout(settle)
        returning = true
        if (state.value === 'live') state.value = 'waiting'
        expectSoon()
        if (!hasOpened) void options.whyNot?.().catch(() => undefined)
        retry = setTimeout(connect, reconnectWait(tried))
        tried += 1
      },
    })
  }

  function letGo(): void {
    ;[retry, quiet, settle].forEach(clearTimeout)
    retry = quiet = settle = undefined
    connection?.close()
    connection = null
  }

  function leave(): void {
    if (connection || retry) returning = true
    if (state.value === 'live') state.value = 'waiting'
    letGo()
  }

  function comeBack(): void {
    if (isStopped || document.hidden || connection || retry || state.value === 'offline') return
    tried = 0
    expectSoon()
    connect()
  }

  /** An open connection does not always notice that the network is gone, so it is closed. */
  function lose(): void {
    leave()
    state.value = 'offline'
  }

  function find(): void {
    if (state.value !== 'offline') return
    state.value = 'waiting'
    comeBack()
  }

  const lookAround = (): void => (document.hidden ? leave() : comeBack())

  function stop(): void {
    isStopped = true
    letGo()
    document.removeEventListener('visibilitychange', lookAround)
    window.removeEventListener('pagehide', leave)
    window.removeEventListener('pageshow', comeBack)
    window.removeEventListener('offline', lose)
    window.removeEventListener('online', find)
  }

  document.addEventListener('visibilitychange', lookAround)
  window.addEventListener('pagehide', leave)
  window.addEventListener('pageshow', comeBack)
  window.addEventListener('offline', lose)
  window.addEventListener('online', find)
  if (!document.hidden) connect()
  onScopeDispose(stop)
  return { state, caughtUp, stop }
}
