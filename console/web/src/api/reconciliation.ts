/** 对账: what differs between WeChat Pay's statement of a day and our books. */
import { api, keyed, take, type Schema } from './typed'

export type ReconciliationDay = Schema<'DayRow'>
export type ReconciliationDifference = Schema<'DifferenceOut'>

export const readReconciliationDays = (signal?: AbortSignal) => take(api.GET('/api/staff/reconciliation-days', { signal }))

export const readReconciliationDay = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reconciliation-days/{day_id}', { params: { path: { day_id: id } }, signal }))

export const settleDifference = (id: number, reason: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/reconciliation-differences/{difference_id}/settlement', {
      params: { path: { difference_id: id }, header: keyed(key) },
      body: { reason, version },
    }),
  )

export const closeReconciliationDay = (id: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/reconciliation-days/{day_id}/closing', {
      params: { path: { day_id: id }, header: keyed(key) },
      body: { version },
    }),
  )
