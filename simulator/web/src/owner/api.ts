/**
 * The owner API as the mini-program will call it: one function per call, typed answers, a key for each intent.
 * The session token lives as long as the phone shows this person.
 */
import { createHttp, type HttpOptions } from '@shared/http'
import type {
  AppointmentSummary, Bill, BookingOffer, Coupon, CouponOffer, Decision, Delivery, Estimate, Extra, Home, Me, OwnerVehicle,
  Progress, Slot, Survey,
} from './types'
import type { PaymentParameters, SubscribeAnswer } from './wx'

export interface SessionAnswer {
  token: string
  /** What is still missing before O1 can be shown. */
  next: 'phone' | 'vehicle' | null
  phone_masked: string | null
}

export interface SlotDay {
  on: string
  slots: Slot[]
}

/** Which acts ask for which templates, as the server keeps them. */
export type SubscribeMoment = 'booking' | 'inspection' | 'estimate' | 'extra' | 'reschedule' | 'payment' | 'claim'

export type OwnerApi = ReturnType<typeof createOwnerApi>

export function createOwnerApi(productUrl: string, onAnswer?: HttpOptions['onAnswer']) {
  let token: string | null = null
  const http = createHttp({ baseUrl: productUrl, token: () => token, onAnswer })
  const vehicleQuery = (vehicleId: number) => ({ vehicle_id: vehicleId })

  async function signedIn(answer: Promise<SessionAnswer>): Promise<SessionAnswer> {
    const session = await answer
    token = session.token
    return session
  }

  return {
    login: (code: string) => signedIn(http.post<SessionAnswer>('/api/owner/sessions', { body: { code } })),
    givePhone: (code: string) => http.post<SessionAnswer>('/api/owner/me/phone', { body: { code } }),
    me: () => http.get<Me>('/api/owner/me'),
    consent: (given: boolean, key: string) => http.put<Me>('/api/owner/me/marketing-consent', { body: { given }, key }),
    bind: (vinLast6: string, key: string) => http.post<OwnerVehicle>('/api/owner/vehicles', { body: { vin_last6: vinLast6 }, key }),

    home: (vehicleId?: number) => http.get<Home>('/api/owner/home', { vehicle_id: vehicleId }),
    slots: (vehicleId: number) => http.get<SlotDay[]>('/api/owner/slots', vehicleQuery(vehicleId)),
    hold: (vehicleId: number, slotId: string, couponId: number | null, key: string) =>
      http.post<BookingOffer>('/api/owner/slot-holds', { body: { vehicle_id: vehicleId, slot_id: slotId, coupon_id: couponId }, key }),
    book: (holdId: string, extras: string[], note: string, key: string) =>
      http.post<AppointmentSummary>('/api/owner/appointments', { body: { hold_id: holdId, extras, note }, key }),
    cancel: (appointmentId: number, key: string) => http.post<AppointmentSummary>(`/api/owner/appointments/${appointmentId}/cancel`, { key }),

    templates: (moment: SubscribeMoment) => http.get<{ templates: { id: string; title: string }[] }>('/api/owner/subscribe-templates', { moment }),
    subscribed: (answers: Record<string, SubscribeAnswer>, key: string) => http.post<void>('/api/owner/subscribe-answers', { body: { answers }, key }),

    progress: (repairOrderId: number) => http.get<Progress>(`/api/owner/repair-orders/${repairOrderId}`),
    /** The address of the live stream, replaying after the given number. */
    liveAddress: (repairOrderId: number, after: number) =>
      `${productUrl}/api/owner/repair-orders/${repairOrderId}/live?after=${after}&token=${encodeURIComponent(token ?? '')}`,
    estimate: (repairOrderId: number) => http.get<Estimate>(`/api/owner/repair-orders/${repairOrderId}/estimate`),
    authorise: (repairOrderId: number, version: number, signature: string, keepOldParts: boolean, key: string) =>
      http.post<Estimate>(`/api/owner/repair-orders/${repairOrderId}/estimate/authorise`, { body: { version, signature, keep_old_parts: keepOldParts }, key }),
    extra: (additionalWorkId: number) => http.get<Extra>(`/api/owner/additional-work/${additionalWorkId}`),
    extraOf: (repairOrderId: number) => http.get<Extra>(`/api/owner/repair-orders/${repairOrderId}/additional-work`),
    decide: (extra: Extra, decisions: Record<number, Decision>, refusalSignature: string, key: string) =>
      http.post<Extra>(`/api/owner/additional-work/${extra.id}/decisions`, {
        body: { version: extra.version, decisions, refusal_signature: refusalSignature || null },
        key,
      }),

    bill: (billId: number) => http.get<Bill>(`/api/owner/bills/${billId}`),
    billOf: (repairOrderId: number) => http.get<Bill>(`/api/owner/repair-orders/${repairOrderId}/bill`),
    pay: (bill: Bill, key: string) =>
      http.post<{ payment: PaymentParameters | null }>(`/api/owner/bills/${bill.id}/payments`, { body: { version: bill.version }, key }),
    delivery: (repairOrderId: number) => http.get<Delivery>(`/api/owner/repair-orders/${repairOrderId}/delivery`),
    confirmDelivery: (repairOrderId: number, key: string) => http.post<Delivery>(`/api/owner/repair-orders/${repairOrderId}/delivery/confirm`, { key }),
    disputeDelivery: (repairOrderId: number, key: string) => http.post<Delivery>(`/api/owner/repair-orders/${repairOrderId}/delivery/dispute`, { key }),
    survey: (surveyId: number) => http.get<Survey>(`/api/owner/surveys/${surveyId}`),
    answerSurvey: (surveyId: number, answers: Record<string, unknown>, key: string) =>
      http.post<Survey>(`/api/owner/surveys/${surveyId}/answers`, { body: { answers }, key }),

    coupons: () => http.get<Coupon[]>('/api/owner/coupons'),
    claim: (couponId: number, key: string) => http.post<Coupon>(`/api/owner/coupons/${couponId}/claim`, { key }),
    offer: (by: 'campaign' | 'ticket', id: number) => http.get<CouponOffer>(`/api/owner/coupon-offers/${by}/${id}`),
    claimOffer: (by: 'campaign' | 'ticket', id: number, key: string) =>
      http.post<CouponOffer>(`/api/owner/coupon-offers/${by}/${id}/claim`, { key }),
  }
}

