/**
 * The owner API as the mini-program calls it: one function per call, typed answers, a key for each intent.
 *
 * `wx.login` is silent, so a session that ended (a clock moved by months, a day off) is begun anew and the call is made
 * once more; the owner never sees it.
 */
import { ApiError, createHttp, type HttpOptions } from '@shared/http'
import type {
  Appointment, Bill, BindingRequest, BookingDraft, BoundVehicle, Contact, Coupon, Coupons, Decision, Estimate, Extra, Gift, HandOver, Home, Inspection, Me, PaymentStanding,
  Photo, Progress, ServiceItem, Slot, Store, SubscribeTemplate, Survey, Visit,
} from './types'
import type { PaymentParameters, SubscribeAnswer } from './wx'

/** The wording of the consent shown on O12 and O11. */
const CONSENT_TEXT = '2026-01'
export const MARKETING = 'MARKETING_WECOM'

export interface WantedSlot {
  vehicle_id: number
  store_id: number
  item_ids: number[]
  starts_at: string
}

export interface OwnerApiOptions {
  productUrl: string
  /** `wx.login`: a code good for five minutes and once. */
  login: () => Promise<string>
  onAnswer?: HttpOptions['onAnswer']
}

export type OwnerApi = ReturnType<typeof createOwnerApi>

export function createOwnerApi({ productUrl, login, onAnswer }: OwnerApiOptions) {
  let token: string | null = null
  const http = createHttp({ baseUrl: productUrl, token: () => token, onAnswer })
  const path = (rest: string) => `/api/owner${rest}`

  async function signIn(): Promise<void> {
    token = null
    token = (await http.post<{ token: string }>(path('/sessions'), { body: { js_code: await login() } })).token
  }

  async function signedIn<T>(ask: () => Promise<T>): Promise<T> {
    if (!token) await signIn()
    try {
      return await ask()
    } catch (reason) {
      if (!(reason instanceof ApiError) || reason.status !== 401) throw reason
      await signIn()
      return ask()
    }
  }

  const get = <T>(rest: string, query?: Parameters<typeof http.get>[1]) => signedIn(() => http.get<T>(path(rest), query))
  const post = <T>(rest: string, body: unknown, key?: string) => signedIn(() => http.post<T>(path(rest), { body, key }))
  const put = <T>(rest: string, body: unknown) => signedIn(() => http.put<T>(path(rest), { body }))
  const remove = <T>(rest: string) => signedIn(() => http.delete<T>(path(rest)))

  /** Photos come as paths of the product, which is another origin for a page. */
  const shown = (photo: Photo): Photo => ({ ...photo, url: new URL(photo.url, productUrl).href })
  const withPhotos = <T extends { photos: Photo[] }>(thing: T): T => ({ ...thing, photos: thing.photos.map(shown) })
  const extra = (sheet: Extra): Extra => ({ ...sheet, items: sheet.items.map(withPhotos) })

  return {
    me: () => get<Me>('/me'),
    givePhone: (code: string) => put<{ phone: string }>('/me/phone', { code }),
    vehicles: () => get<BoundVehicle[]>('/vehicles'),
    visits: (vehicleId: number) => get<Visit[]>(`/vehicles/${vehicleId}/visits`),
    bind: (vinLast6: string, key: string) => post<{ state: 'BOUND' | 'PENDING' }>('/vehicles', { vin_last6: vinLast6 }, key),
    bindingRequests: () => get<BindingRequest[]>('/vehicles/licences'),
    /** The photo goes in as its raw bytes; the same bytes give the same key. */
    keepPhoto: (photo: Blob) => post<{ key: string }>('/media', photo),
    sendLicence: (vinLast6: string, storeId: number, photoKey: string, key: string) =>
      post<BindingRequest>('/vehicles/licences', { vin_last6: vinLast6, store_id: storeId, licence_media: photoKey }, key),
    consent: (key: string) => post<Me>('/consents', { purpose: MARKETING, text_version: CONSENT_TEXT }, key),
    stopMarketing: (key: string) => post<Me>('/marketing-stop', {}, key),
    resumeMarketing: () => remove<Me>('/marketing-stop'),

    home: (vehicleId?: number) => get<Home>('/home', { vehicle_id: vehicleId }),
    contact: (about: { repair_order_id?: number; store_id?: number }) => get<Contact>('/contact', about),
    stores: () => get<Store[]>('/stores'),
    items: (vehicleId: number, storeId: number) => get<ServiceItem[]>(`/service-items/${vehicleId}/${storeId}`),
    slots: (wanted: Omit<WantedSlot, 'starts_at'>, fromDay?: string, days = 7) =>
      get<Slot[]>('/slots', {
        vehicle_id: wanted.vehicle_id, store_id: wanted.store_id, item_ids: wanted.item_ids.join(','), from_day: fromDay, days,
      }),
    hold: (wanted: WantedSlot, key: string) => post<Pick<BookingDraft, 'held_until' | 'confirm_by' | 'late_minutes' | 'changes' | 'moves_until'>>('/slot-holds', wanted, key),
    book: (wanted: WantedSlot & { note: string; coupon_id: number | null; campaign_token: string }, key: string) =>
      post<Appointment>('/appointments', wanted, key),
    appointments: () => get<Appointment[]>('/appointments'),
    appointment: (id: number) => get<Appointment>(`/appointments/${id}`),
    reschedule: (id: number, startsAt: string, version: number, key: string) =>
      post<Appointment>(`/appointments/${id}/reschedule`, { starts_at: startsAt, version }, key),
    cancel: (id: number, key: string) => post<Appointment>(`/appointments/${id}/cancellation`, {}, key),

    templates: () => get<SubscribeTemplate[]>('/subscribe-templates'),
    subscribed: (answers: Record<string, SubscribeAnswer>, key: string) =>
      post<void>('/subscribe-choices', {
        choices: Object.entries(answers).map(([template_id, said]) => ({ template_id, is_accepted: said === 'accept' })),
      }, key),

    orders: () => get<{ id: number; state: string; number: string }[]>('/repair-orders'),
    progress: async (orderId: number) => {
      const page = await get<Progress>(`/repair-orders/${orderId}`)
      return { ...page, nodes: page.nodes.map(withPhotos) }
    },
    /** The address of the live stream, replaying after the given number. */
    liveAddress: (orderId: number, after: number) =>
      `${productUrl}${path(`/repair-orders/${orderId}/live`)}?after=${after}&token=${encodeURIComponent(token ?? '')}`,
    inspection: async (orderId: number) => {
      const report = withPhotos(await get<Inspection>(`/repair-orders/${orderId}/inspection`))
      return { ...report, damages: report.damages.map((damage) => ({ ...damage, url: new URL(damage.url, productUrl).href })) }
    },
    sign: (orderId: number, inspectedAt: string, signature: string, key: string) =>
      post<Inspection>(`/repair-orders/${orderId}/inspection/signature`, { inspected_at: inspectedAt, signature }, key),
    estimate: (orderId: number) => get<Estimate>(`/repair-orders/${orderId}/estimate`),
    authorise: (orderId: number, version: number, keepsOldParts: boolean, key: string) =>
      post<Estimate>(`/repair-orders/${orderId}/estimate/authorisation`, { version, keeps_old_parts: keepsOldParts }, key),
    refuse: (orderId: number, version: number, key: string) =>
      post<Estimate>(`/repair-orders/${orderId}/estimate/refusal`, { version }, key),
    extra: async (id: number) => extra(await get<Extra>(`/additional-work/${id}`)),
    extras: async (orderId: number) => (await get<Extra[]>(`/repair-orders/${orderId}/additional-work`)).map(extra),
    decide: async (sheet: Extra, decisions: Record<number, Decision>, signature: string, key: string) =>
      extra(
        await post<Extra>(`/additional-work/${sheet.id}/decisions`, {
          version: sheet.version,
          decisions: Object.entries(decisions).map(([lineId, decision]) => ({ line_id: Number(lineId), decision })),
          refusal_signature: signature || null,
        }, key),
      ),

    bill: (billId: number) => get<Bill>(`/bills/${billId}`),
    billOf: (orderId: number) => get<Bill>(`/repair-orders/${orderId}/bill`),
    chooseCoupons: (bill: Bill, couponIds: number[]) => put<Bill>(`/bills/${bill.id}/coupons`, { coupon_ids: couponIds, version: bill.version }),
    pay: (bill: Bill) => put<{ amount_fen: number; parameters: PaymentParameters | null }>(`/bills/${bill.id}/payment`, { version: bill.version }),
    paymentStanding: (billId: number) => get<PaymentStanding>(`/bills/${billId}/payment`),
    handOver: (orderId: number) => get<HandOver>(`/repair-orders/${orderId}/hand-over`),
    confirmHandOver: (orderId: number, key: string) => post<HandOver>(`/repair-orders/${orderId}/hand-over/confirmation`, {}, key),
    disputeHandOver: (orderId: number, reason: string, key: string) => post<HandOver>(`/repair-orders/${orderId}/hand-over/dispute`, { reason }, key),
    survey: (surveyId: number) => get<Survey>(`/surveys/${surveyId}`),
    answerSurvey: (surveyId: number, answers: Record<string, unknown>, key: string) => post<Survey>(`/surveys/${surveyId}/answers`, answers, key),

    coupons: () => get<Coupons>('/coupons'),
    claim: (couponId: number, key: string) => post<Coupon>(`/coupons/${couponId}/claim`, {}, key),
    gift: (linkToken: string) => get<Gift>(`/gifts/${encodeURIComponent(linkToken)}`),
    claimGift: (linkToken: string, key: string) => post<Coupon>(`/gifts/${encodeURIComponent(linkToken)}/claim`, {}, key),
  }
}
