/** What the controller does on the board: give a job, move it, hand begun work to somebody else; each can be undone. */
import { clockTime } from '@shared/format'
import { useIntent } from '@shared/intent'
import { tell } from '@shared/undo'
import { dispatch, moveJob, reassign, undoDispatch } from '@/api/workshop'
import type { Wanted } from './MoveDialog.vue'
import { hasBegun, type Held } from './placing'

export function useBoardActs(reload: () => Promise<void>) {
  const intent = useIntent()

  async function give(job: Held, technicianId: number, bayId: number, startsAt: string | null, version: number, who = ''): Promise<boolean> {
    const done = await intent.run((key) =>
      dispatch(job.orderId, { line_ids: [job.lineId], technician_id: technicianId, bay_id: bayId, starts_at: startsAt, version }, key),
    )
    if (done) {
      tell(who ? `已派给${who}` : `${job.name} 已派工`, async () => {
        await intent.run((key) => undoDispatch(job.lineId, done.version, key))
        await reload()
      })
    }
    await reload()
    return done !== undefined
  }

  async function move(job: Held, wanted: Wanted, version: number): Promise<boolean> {
    const before = job.at
    const done = await intent.run((key) =>
      moveJob(job.lineId, { technician_id: wanted.technicianId, bay_id: wanted.bayId, starts_at: wanted.startsAt, version }, key),
    )
    if (done && before) {
      tell(`${job.name} 已移到 ${clockTime(wanted.startsAt)}`, async () => {
        const back = { technician_id: before.technicianId, bay_id: before.bayId, starts_at: before.startsAt, version: done.version }
        await intent.run((key) => moveJob(job.lineId, back, key))
        await reload()
      })
    }
    await reload()
    return done !== undefined
  }

  async function handOver(job: Held, wanted: Wanted, version: number): Promise<boolean> {
    const body = { technician_id: wanted.technicianId, bay_id: wanted.bayId, reason: wanted.reason, version }
    const done = await intent.run((key) => reassign(job.lineId, body, key))
    if (done) tell(`${job.name} 已换人或换工位`)
    await reload()
    return done !== undefined
  }

  /** Put a job where it is wanted, by the verb that its state asks for. */
  function put(job: Held, wanted: Wanted, version: number): Promise<boolean> {
    if (!job.at) return give(job, wanted.technicianId, wanted.bayId, wanted.startsAt, version)
    return hasBegun(job.state) ? handOver(job, wanted, version) : move(job, wanted, version)
  }

  return { give, put, pending: intent.pending, error: intent.error }
}
