/**
 * A job on its way to another place of the board. While it is dragged the server is asked what speaks against the place
 * under the pointer, by the rule that the move itself is held against; nothing is written before that answer.
 */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { readPlacement, type Place, type Placement } from '@/api/workshop'

/** What is being dragged: a job that waits, or a bar of the board. */
export interface Held {
  lineId: number
  orderId: number
  version: number
  name: string
  plate: string
  state: string
  minutes: number
  /** Where it is now; null of one that waits. */
  at: { technicianId: number; bayId: number; startsAt: string } | null
}

/** Where the pointer is: a row of the board and a time. */
export interface Target {
  row: string
  startsAt: number
}

const SNAP_MINUTES = 5
const MINUTE_MS = 60_000
const FAR_ENOUGH_PX = 6
const ASK_AFTER_MS = 120

/** Begun work cannot be put to another time: it goes on as soon as its new hands and bay are free. */
export const hasBegun = (state: string): boolean => ['WORKING', 'PAUSED', 'QC_FAIL'].includes(state)

/** The moment under the pointer, on a full five minutes; the left edge of the bar counts, not where it was gripped. */
export function momentAt(x: number, track: { left: number; width: number }, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (x - track.left) / Math.max(track.width, 1)))
  const step = SNAP_MINUTES * MINUTE_MS
  return Math.round((from + share * (to - from)) / step) * step
}

/** What the server is asked for a target; a row of a technician leaves the bay open, and the other way round. */
export function placeOf(held: Held, target: Target): Place {
  const [kind, id] = target.row.split(':')
  const startsAt = hasBegun(held.state) ? undefined : new Date(target.startsAt).toISOString()
  const isBay = kind === 'bay'
  return {
    technician_id: isBay ? (held.at?.technicianId ?? undefined) : Number(id),
    bay_id: isBay ? Number(id) : (held.at?.bayId ?? undefined),
    starts_at: startsAt,
  }
}

export function usePlacing(drop: (held: Held, placement: Placement) => void, axis: () => { from: number; to: number }) {
  const held = shallowRef<Held | null>(null)
  const target = shallowRef<Target | null>(null)
  const placement = shallowRef<Placement | null>(null)
  const problem = ref('')
  let grip = 0
  let begun: { x: number; y: number; subject: Held; grip: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | null = null

  async function ask(where: Target): Promise<void> {
    const subject = held.value
    if (!subject) return
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    try {
      const found = await readPlacement(subject.lineId, placeOf(subject, where), mine.signal)
      if (mine.signal.aborted) return
      placement.value = found
      problem.value = ''
    } catch (reason) {
      if (!mine.signal.aborted) problem.value = reason instanceof Error ? reason.message : String(reason)
    }
  }

  function hover(x: number, y: number): void {
    const track = document.elementsFromPoint(x, y).find((each) => each.matches('[data-row]'))
    if (!(track instanceof HTMLElement)) {
      target.value = null
      return
    }
    const { from, to } = axis()
    const next = { row: track.dataset['row'] ?? '', startsAt: momentAt(x - grip, track.getBoundingClientRect(), from, to) }
    if (target.value?.row === next.row && target.value.startsAt === next.startsAt) return
    target.value = next
    placement.value = null
    problem.value = ''
    clearTimeout(timer)
    timer = setTimeout(() => void ask(next), ASK_AFTER_MS)
  }

  function move(event: PointerEvent): void {
    if (begun && !held.value && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > FAR_ENOUGH_PX) {
      held.value = begun.subject
      grip = begun.grip
    }
    if (held.value) hover(event.clientX, event.clientY)
  }

  async function release(): Promise<void> {
    const subject = held.value
    const where = target.value
    if (subject && where) {
      clearTimeout(timer)
      if (!placement.value && !problem.value) await ask(where)
      if (placement.value && placement.value.conflicts.length === 0) drop(subject, placement.value)
    }
    // The click that ends a drag must not open the bar it began on.
    if (subject) window.addEventListener('click', swallow, { capture: true, once: true })
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
    stop()
  }

  const swallow = (event: Event): void => {
    event.stopPropagation()
    event.preventDefault()
  }
  /** Escape gives up the drag; it must not also mean 「back」, as it does on the page. */
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !held.value) return
    event.stopPropagation()
    event.preventDefault()
    stop()
  }

  function stop(): void {
    clearTimeout(timer)
    asking?.abort()
    held.value = target.value = placement.value = null
    problem.value = ''
    begun = null
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', release)
    window.removeEventListener('pointercancel', stop)
    window.removeEventListener('keydown', escape, { capture: true })
  }

  /** Begin with a press. Fingers scroll the board instead: they, and the keyboard, open the dialog of the job. */
  function press(event: PointerEvent, subject: Held): void {
    if (event.button !== 0 || event.pointerType === 'touch') return
    const bar = (event.currentTarget as HTMLElement).getBoundingClientRect()
    begun = { x: event.clientX, y: event.clientY, subject, grip: subject.at ? event.clientX - bar.left : 0 }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', release)
    window.addEventListener('pointercancel', stop)
    window.addEventListener('keydown', escape, { capture: true })
  }

  onScopeDispose(stop)
  return { held, target, placement, problem, press }
}
