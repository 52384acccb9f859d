/** 保存期限 and 同意说明: what is cleaned when, and who agreed to which text. */
import { api, keyed, take, type Schema } from './typed'

export type RetentionStanding = Schema<'RetentionStanding'>
export type PublishedText = Schema<'PublishedText'>
export type ConsentRow = Schema<'ConsentRow'>

export const readRetention = (signal?: AbortSignal) => take(api.GET('/api/staff/retention', { signal }))
export const runDry = (key: string) => take(api.POST('/api/staff/retention/dry-runs', { params: { header: keyed(key) } }))
export const readConsentTexts = (signal?: AbortSignal) => take(api.GET('/api/staff/consent-texts', { signal }))
export const readConsents = (purpose: string | undefined, cursor: string | undefined, signal: AbortSignal) =>
  take(api.GET('/api/staff/consents', { params: { query: { purpose: (purpose || undefined) as ConsentRow['purpose'] | undefined, cursor } }, signal }))
export const publishConsentText = (body: Schema<'ConsentTextIn'>, key: string) => take(api.POST('/api/staff/consent-texts', { params: { header: keyed(key) }, body }))
