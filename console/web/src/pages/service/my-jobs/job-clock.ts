/** The clocks of a job, from the instants the server keeps: a page that was closed loses nothing. */
import type { MyJob } from '@/api/workshop'

const since = (from: string | null, now: Date): number => (from == null ? 0 : Math.max(0, (now.getTime() - new Date(from).getTime()) / 1000))

/** What I worked on it, my running clock included. */
export const ownSeconds = (job: MyJob, now: Date): number => job.own_seconds + since(job.own_since, now)

/** The same of today alone. */
export const todaySeconds = (job: MyJob, now: Date): number => job.own_today_seconds + since(job.own_since, now)

/** What all who work or worked on it clocked together. */
export const allSeconds = (job: MyJob, now: Date): number =>
  job.clocked_seconds + since(job.own_since, now) + job.beside.reduce((sum, other) => sum + since(other.since, now), 0)

/** My part of a finished job's standard time, in hours: shared by what each clocked. */
export function shareOfStandard(job: MyJob): number {
  const part = job.clocked_seconds > 0 ? job.own_seconds / job.clocked_seconds : Number(job.is_own)
  return (job.standard_minutes / 60) * part
}
