/**
 * Follow a numbered stream of events over a WebSocket.
 *
 * Connect, replay after the last number seen, drop doubles: nothing is missed and nothing comes twice. The connection is
 * only a hint of freshness, so a page stays readable while it is away. A page nobody sees holds none.
 */
import { onHide, onLoad, onShow } from '@dcloudio/uni-app'
import { onScopeDispose, ref, watch } from 'vue'
import { platform, type LiveSocket } from '@/platform'
import type { PageQuery } from './load'

interface NumberedEvent {
  number: number
}

const LONGEST_WAIT_MS = 30_000
/** A gap shorter than this is not worth telling anyone about. */
const QUIET_MS = 5_000
const CAUGHT_UP_SHOWN_MS = 4_000

/** Our server closes with these when the session ended or this may not be seen any more: connecting again would be refused again. */
const REFUSALS = [4401, 4404]

/** live: fresh · waiting: briefly away · reconnecting: away for more than five seconds · offline: no network · over: refused for good. */
export type LiveState = 'live' | 'waiting' | 'reconnecting' | 'offline' | 'over'

/** What a page says of its freshness: 「实时」 only while it is. */
export function liveWords(state: LiveState, caughtUp: number): string {
  if (state === 'over') return '不再更新'
  if (state === 'offline') return '网络断开'
  if (state === 'reconnecting') return '正在重连'
  if (state === 'waiting') return '正在连接'
  return caughtUp > 0 ? `已补上 ${caughtUp} 条` : '实时'
}

/**
 * Follows what the page was opened for, from the moment it shows something: `shown` is the number of the last event in it,
 * null before that, and `address` replays everything after a number.
 */
export function useLive(address: (query: PageQuery, after: number) => Promise<string>, shown: () => number | null, onEvent: () => void) {
  const state = ref<LiveState>('waiting')
  /** False while another page lies above this one. */
  const isShown = ref(true)
  /** How many events the last reconnection brought; 0 when there is nothing to say. */
  const caughtUp = ref(0)
  let query: PageQuery = {}
  let hasBegun = false
  let last = 0
  let tried = 0
  let isReturning = false
  let isStopped = false
  /** Grows whenever a connection is opened or given up, so that events of an older one can be ignored. */
  let generation = 0
  let socket: LiveSocket | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let quiet: ReturnType<typeof setTimeout> | undefined
  let settle: ReturnType<typeof setTimeout> | undefined

  function take(text: string): void {
    const { number } = JSON.parse(text) as NumberedEvent
    if (number <= last) return
    last = number
    if (isReturning) caughtUp.value += 1
    onEvent()
  }

  function opened(): void {
    if (quiet) clearTimeout(quiet)
    quiet = undefined
    state.value = 'live'
    tried = 0
    settle = setTimeout(() => {
      isReturning = false
      caughtUp.value = 0
    }, CAUGHT_UP_SHOWN_MS)
  }

  /** The page is read once more, which says why, or begins the session anew. */
  function refused(): void {
    letGo()
    isStopped = true
    state.value = 'over'
    onEvent()
  }

  function lost(code?: number): void {
    socket = null
    if (code != null && REFUSALS.includes(code)) return refused()
    if (settle) clearTimeout(settle)
    isReturning = true
    if (state.value === 'live') state.value = 'waiting'
    quiet ??= setTimeout(() => state.value === 'waiting' && (state.value = 'reconnecting'), QUIET_MS)
    retry = setTimeout(() => void connect(), Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tried))
    tried += 1
  }

  async function connect(): Promise<void> {
    retry = undefined
    generation += 1
    const mine = generation
    const isMine = (): boolean => mine === generation
    const url = await address(query, last).catch(() => null)
    if (!isMine()) return
    if (!url) return lost()
    socket = platform.socket(url, {
      open: () => isMine() && opened(),
      data: (text) => isMine() && take(text),
      lost: (code) => isMine() && lost(code),
    })
  }

  function letGo(): void {
    generation += 1
    for (const timer of [retry, quiet, settle]) if (timer) clearTimeout(timer)
    retry = quiet = settle = undefined
    socket?.close()
    socket = null
  }

  function lookAround(): void {
    if (isStopped || !hasBegun) return
    letGo()
    state.value = platform.isOnline.value ? 'waiting' : 'offline'
    if (!isShown.value || !platform.isSeen.value || !platform.isOnline.value) return void (isReturning = true)
    tried = 0
    void connect()
  }

  function begin(number: number | null): void {
    if (number == null) return
    last = Math.max(last, number)
    if (hasBegun) return
    hasBegun = true
    lookAround()
  }

  watch(shown, begin)
  watch([platform.isSeen, platform.isOnline, isShown], lookAround)
  onShow(() => (isShown.value = true))
  onHide(() => (isShown.value = false))
  onScopeDispose(() => {
    isStopped = true
    letGo()
  })
  onLoad((given) => void (query = (given ?? {}) as PageQuery))
  return { state, caughtUp }
}
