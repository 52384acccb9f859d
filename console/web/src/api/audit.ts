/** 审计记录: who did or saw what, when and why. */
import { api, take, type Schema } from './typed'

export type AuditLine = Schema<'AuditLine'>
export type AuditArea = Schema<'AuditArea'>

interface Asked {
  area?: string
  who?: string
  subject?: string
  from?: string
  until?: string
}

export const readAudit = ({ area, who, subject, from, until }: Asked, cursor: string | undefined, signal: AbortSignal) =>
  take(api.GET('/api/staff/audit', {
    params: { query: { area: (area || undefined) as AuditArea | undefined, who, subject, from_on: from || undefined, until_on: until || undefined, cursor } },
    signal,
  }))
export const readAuditStanding = (signal?: AbortSignal) => take(api.GET('/api/staff/audit-standing', { signal }))
