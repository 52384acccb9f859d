/** 唤醒循环: stores that work on their sleeping owners path by path, and every try. */
import { api, keyed, take, type Schema } from './typed'

export type LoopFigures = Schema<'LoopFigures'>
export type LoopOfStore = Schema<'LoopOfStore'>
export type PathFigures = Schema<'PathFigures'>
export type Try = Schema<'AttemptRow'>
export type TryState = Try['state']

export const readLoop = (signal?: AbortSignal) => take(api.GET('/api/staff/waking-loop', { signal }))

export const readTries = (query: { store_id?: number; path?: Try['path']; state?: TryState; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/waking-loop/tries', { params: { query }, signal }))

export const turnLoop = (id: number, isRunning: boolean) =>
  take(api.PUT('/api/staff/stores/{store_id}/waking-loop', { params: { path: { store_id: id } }, body: { is_running: isRunning } }))

/** The usual plans for the ways that nobody sends by yet, drafted and handed to the approver. */
export const draftLoopPlans = (key: string) => take(api.POST('/api/staff/waking-loop/plans', { params: { header: keyed(key) } }))
