/** A screen on the wall looks again and again, whatever happens, and says how old its picture is once it is old. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { now } from '@shared/clock'
import { ApiError } from '@shared/http'
import { readWall, type Wall, type WallBay } from '@/api/workshop'

const LOOK_EVERY_MS = 15_000
/** Longer than this without an answer, and the hall is told that the picture is old. */
const OLD_AFTER_MS = 45_000

export function useWall(token: string) {
  const wall = shallowRef<Wall | null>(null)
  const readAt = shallowRef<Date | null>(null)
  const isOld = ref(false)
  /** The link was taken back; it is asked all the same, in case it was a mistake of ours. */
  const ended = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: AbortController | null = null

  async function look(): Promise<void> {
    clearTimeout(timer)
    current?.abort()
    const mine = new AbortController()
    current = mine
    // A question that is never answered must not stop the screen.
    const tooLong = setTimeout(() => mine.abort(), LOOK_EVERY_MS)
    try {
      wall.value = await readWall(token, mine.signal)
      readAt.value = now()
      ended.value = ''
    } catch (reason) {
      if (reason instanceof ApiError && reason.code === 'wall_ended') ended.value = reason.message
    } finally {
      clearTimeout(tooLong)
      isOld.value = readAt.value !== null && now().getTime() - readAt.value.getTime() > OLD_AFTER_MS
      if (current === mine) timer = setTimeout(() => void look(), LOOK_EVERY_MS)
    }
  }

  const again = (): void => void look()
  window.addEventListener('online', again)
  document.addEventListener('visibilitychange', again)
  onScopeDispose(() => {
    clearTimeout(timer)
    current?.abort()
    current = null
    window.removeEventListener('online', again)
    document.removeEventListener('visibilitychange', again)
  })
  void look()
  return { wall, readAt, isOld, ended }
}

type WallJob = WallBay['jobs'][number]

/** What stands in a bay now, and what comes next. */
export function standing(bay: WallBay, at: Date): { current: WallJob | null; next: WallJob | null } {
  const open = bay.jobs.filter((job) => ['ASSIGNED', 'WORKING', 'PAUSED', 'QC_FAIL'].includes(job.state))
  const current = open.find((job) => job.state !== 'ASSIGNED') ?? open.find((job) => new Date(job.starts_at) <= at) ?? null
  const next = open.find((job) => job !== current && job.repair_order_id !== current?.repair_order_id) ?? null
  return { current, next }
}

/** How urgent a promise is: past, within the half hour, or later. */
export function urgency(promisedAt: string, at: Date): 'past' | 'soon' | 'later' {
  const left = new Date(promisedAt).getTime() - at.getTime()
  if (left < 0) return 'past'
  return left <= 30 * 60_000 ? 'soon' : 'later'
}
