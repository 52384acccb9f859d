/** O11: what is kept of the owner, what they agreed to, and what they ask of us. */
import { call, type Answer } from './client'

export type PrivacyPage = Answer<'get', '/api/owner/privacy'>
export type ConsentOffer = PrivacyPage['offers'][number]
export type PrivacyRequest = PrivacyPage['requests'][number]
export type PrivacyRequestKind = PrivacyRequest['kind']
/** Notices of a visit under way need no consent here; they are switched under 通知. */
type Offered = Exclude<ConsentOffer['purpose'], 'SERVICE_NOTICE'>
const offered = (offer: Pick<ConsentOffer, 'purpose'>) => offer.purpose as Offered

export type PrivacyCopy = Answer<'get', '/api/owner/privacy-requests/{privacy_request_id}/copy'>
export type ExpiryDate = Answer<'get', '/api/owner/vehicles/{vehicle_id}/expiry-dates'>[number]

export const account = {
  page: () => call('get', '/api/owner/account'),
  notices: () => call('get', '/api/owner/notices'),
  switchNotice: (notice: string, is_on: boolean) => call('put', '/api/owner/notices/{notice}', { path: { notice }, body: { is_on } }),
  privacy: () => call('get', '/api/owner/privacy'),
  /** Agree to a text in the words that were shown. */
  giveConsent: (offer: Pick<ConsentOffer, 'purpose' | 'text_version'>, key: string) =>
    call('post', '/api/owner/consents', { body: { purpose: offered(offer), text_version: offer.text_version }, key }),
  withdrawConsent: (offer: ConsentOffer) => call('delete', '/api/owner/consents/{purpose}', { path: { purpose: offered(offer) } }),
  setQuietHours: (starts: string, ends: string, key: string) => call('post', '/api/owner/quiet-hours', { body: { starts, ends }, key }),
  liftQuietHours: (quiet_hours_id: number) => call('delete', '/api/owner/quiet-hours/{quiet_hours_id}', { path: { quiet_hours_id } }),
  ask: (kind: PrivacyRequestKind, details: string, key: string) => call('post', '/api/owner/privacy-requests', { body: { kind, details }, key }),
  copy: (privacy_request_id: number) => call('get', '/api/owner/privacy-requests/{privacy_request_id}/copy', { path: { privacy_request_id } }),
  /** The same export as an HTML page. */
  copyAsPage: async (privacy_request_id: number): Promise<string> =>
    String(await call('get', '/api/owner/privacy-requests/{privacy_request_id}/copy.html', { path: { privacy_request_id } })),
  takeBack: (privacy_request_id: number) => call('delete', '/api/owner/privacy-requests/{privacy_request_id}', { path: { privacy_request_id } }),

  expiryDates: (vehicle_id: number) => call('get', '/api/owner/vehicles/{vehicle_id}/expiry-dates', { path: { vehicle_id } }),
  recordExpiry: (vehicle_id: number, kind: ExpiryDate['kind'], ends_on: string, key: string) =>
    call('post', '/api/owner/vehicles/{vehicle_id}/expiry-dates', { path: { vehicle_id }, body: { kind, ends_on }, key }),
  history: (vehicle_id: number) => call('get', '/api/owner/vehicles/{vehicle_id}/history', { path: { vehicle_id } }),
  unbind: (vehicle_id: number) => call('delete', '/api/owner/vehicles/{vehicle_id}', { path: { vehicle_id } }),
  sell: (vehicle_id: number, key: string) => call('post', '/api/owner/vehicles/{vehicle_id}/sale', { path: { vehicle_id }, key }),
}
