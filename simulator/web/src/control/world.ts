/** The only watcher of `/control/events`; it tells its subscribers that something of a kind has changed. */
import { onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { setClock as setPageClock } from '@shared/clock'
import { Unreachable } from '@shared/http'
import { control } from './api'
import type { ClockState, Faults, LogEntry, WorldState } from './types'

export type WorldEvent = 'chat' | 'pay' | 'inbox' | 'notice' | 'mass_task' | 'moment' | 'passive_reply' | 'person' | 'member' | 'imported' | 'reset'

const KINDS: readonly WorldEvent[] = ['chat', 'pay', 'inbox', 'notice', 'mass_task', 'moment', 'passive_reply', 'person', 'member', 'imported', 'reset']
const LOG_SHOWN = 60
export const ANEW_WITHIN_MS = 120_000

export const world = shallowRef<WorldState | null>(null)
export const faults = shallowRef<Faults | null>(null)
export const log = reactive<LogEntry[]>([])
/** How often the clock was set; parts that show a time of their own then read it again. */
export const clockSet = ref(0)

function setClock(now: string): void {
  setPageClock(now)
  clockSet.value += 1
}

type Listener = (data: Record<string, unknown>) => void | Promise<void>
const listeners = new Map<WorldEvent, Set<Listener>>()

/** Hear of changes of these kinds until the component is gone; an overflow counts as a change of everything. */
export function onWorld(kinds: readonly WorldEvent[], listener: Listener): void {
  for (const kind of kinds) listeners.set(kind, (listeners.get(kind) ?? new Set()).add(listener))
  onScopeDispose(() => kinds.forEach((kind) => listeners.get(kind)?.delete(listener)))
}

/** The simulator may be away when it is asked, as while the demo begins anew; its next `hello` asks everything again. */
async function orWhenItIsBack(asked: void | Promise<void>): Promise<void> {
  try {
    await asked
  } catch (reason) {
    if (!(reason instanceof Unreachable)) throw reason
  }
}

function tell(kind: WorldEvent, data: Record<string, unknown>): void {
  listeners.get(kind)?.forEach((listener) => void orWhenItIsBack(listener(data)))
}

function takeLog(entry: LogEntry): void {
  if (log[0] && entry.id <= log[0].id) return
  log.unshift(entry)
  log.splice(LOG_SHOWN)
}

const READY_LOOK_MS = 500

/** Wait until another demo than this one is there and ready. */
export async function untilAnew(born: string, milliseconds: number): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < milliseconds; ) {
    // It is away for some seconds, and then another one answers.
    const state = await control.state().catch(() => null)
    if (state && state.demo.born !== born && state.demo.is_ready) return true
    await new Promise((resolve) => setTimeout(resolve, READY_LOOK_MS))
  }
  return false
}

/** Load everything anew: at the start, after an overflow, after a reconnection. */
export async function refresh(): Promise<void> {
  const [state, rows] = await Promise.all([control.state(), control.log({})])
  const before = world.value?.demo.born
  // What this page shows belongs to a demo that has ended.
  if (before && before !== state.demo.born) return void untilAnew(before, ANEW_WITHIN_MS).then(() => location.reload())
  world.value = state
  faults.value = state.faults
  setClock(state.clock.now)
  log.splice(0, log.length, ...rows.entries)
  new Set([...listeners.values()].flatMap((set) => [...set])).forEach((listener) => void orWhenItIsBack(listener({})))
}

export function watchWorld(): void {
  const source = new EventSource('/control/events')
  const on = <T>(event: string, act: (data: T) => void) =>
    source.addEventListener(event, (message) => act(JSON.parse((message as MessageEvent<string>).data) as T))
  on('hello', () => void orWhenItIsBack(refresh()))
  on('overflow', () => void orWhenItIsBack(refresh()))
  on<LogEntry>('log', takeLog)
  on<ClockState>('clock', (state) => setClock(state.now))
  on<Faults>('faults', (changed) => (faults.value = changed))
  for (const kind of KINDS) on<Record<string, unknown>>(kind, (data) => tell(kind, data))
}
