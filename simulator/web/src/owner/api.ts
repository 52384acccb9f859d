/**
 * The owner API as the mini-program will call it: one function per call, typed answers, a key for each intent.
 * The session token lives as long as the phone shows this person.
 */
import { createHttp } from '@shared/http'
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

export function createOwnerApi(productUrl: string) {
  let token: string | null = null
  const http = createHttp({ baseUrl: productUrl, token: () => token })
  const vehicleQuery = (vehicleId: number) => ({ vehicle_id: vehicleId })

  async function signedIn(answer: Promise<SessionAnswer>): Promise<SessionAnswer> {
    const session = await answer
    token = session.token
    return session
  }

  return {
    login: (code: string) => signedIn(http.post<SessionAnswer>('/api/sessions', { body: { code } })),
    givePhone: (code: string) => http.post<SessionAnswer>('/api/me/phone', { body: { code } }),
    me: () => http.get<Me>('/api/me'),
    consent: (given: boolean, key: string) => http.put<Me>('/api/me/marketing-consent', { body: { given }, key }),
    bind: (vinLast6: string, key: string) => http.post<OwnerVehicle>('/api/vehicles', { body: { vin_last6: vinLast6 }, key }),

    home: (vehicleId?: number) => http.get<Home>('/api/home', { vehicle_id: vehicleId }),
    slots: (vehicleId: number) => http.get<SlotDay[]>('/api/slots', vehicleQuery(vehicleId)),
    hold: (vehicleId: number, slotId: string, couponId: number | null, key: string) =>
      http.post<BookingOffer>('/api/slot-holds', { body: { vehicle_id: vehicleId, slot_id: slotId, coupon_id: couponId }, key }),
    book: (holdId: string, extras: string[], note: string, key: string) =>
      http.post<AppointmentSummary>('/api/appointments', { body: { hold_id: holdId, extras, note }, key }),
    cancel: (appointmentId: number, key: string) => http.post<AppointmentSummary>(`/api/appointments/${appointmentId}/cancel`, { key }),

    templates: (moment: SubscribeMoment) => http.get<{ template_ids: string[] }>('/api/subscribe-templates', { moment }),
    subscribed: (answers: Record<string, SubscribeAnswer>, key: string) => http.post<void>('/api/subscribe-answers', { body: { answers }, key }),

    progress: (repairOrderId: number) => http.get<Progress>(`/api/repair-orders/${repairOrderId}`),
    /** The address of the live stream, replaying after the given number. */
    liveAddress: (repairOrderId: number, after: number) =>
      `${productUrl}/api/repair-orders/${repairOrderId}/live?after=${after}&token=${encodeURIComponent(token ?? '')}`,
    estimate: (repairOrderId: number) => http.get<Estimate>(`/api/repair-orders/${repairOrderId}/estimate`),
    authorise: (repairOrderId: number, version: number, signature: string, keepOldParts: boolean, key: string) =>
      http.post<Estimate>(`/api/repair-orders/${repairOrderId}/estimate/authorise`, { body: { version, signature, keep_old_parts: keepOldParts }, key }),
    extra: (repairOrderId: number) => http.get<Extra>(`/api/repair-orders/${repairOrderId}/additional-work`),
    decide: (extra: Extra, decisions: Record<number, Decision>, refusalSignature: string, key: string) =>
      http.post<Extra>(`/api/additional-work/${extra.id}/decisions`, {
        body: { version: extra.version, decisions, refusal_signature: refusalSignature || null },
        key,
      }),

    bill: (billId: number) => http.get<Bill>(`/api/bills/${billId}`),
    billOf: (repairOrderId: number) => http.get<Bill>(`/api/repair-orders/${repairOrderId}/bill`),
    pay: (bill: Bill, key: string) =>
      http.post<{ payment: PaymentParameters | null }>(`/api/bills/${bill.id}/payments`, { body: { version: bill.version }, key }),
    delivery: (repairOrderId: number) => http.get<Delivery>(`/api/repair-orders/${repairOrderId}/delivery`),
    confirmDelivery: (repairOrderId: number, key: string) => http.post<Delivery>(`/api/repair-orders/${repairOrderId}/delivery/confirm`, { key }),
    disputeDelivery: (repairOrderId: number, key: string) => http.post<Delivery>(`/api/repair-orders/${repairOrderId}/delivery/dispute`, { key }),
    survey: (surveyId: number) => http.get<Survey>(`/api/surveys/${surveyId}`),
    answerSurvey: (surveyId: number, answers: Record<string, unknown>, key: string) =>
      http.post<Survey>(`/api/surveys/${surveyId}/answers`, { body: { answers }, key }),

    coupons: () => http.get<Coupon[]>('/api/coupons'),
    claim: (couponId: number, key: string) => http.post<Coupon>(`/api/coupons/${couponId}/claim`, { key }),
    offer: (offerToken: string) => http.get<CouponOffer>(`/api/coupon-offers/${offerToken}`),
    claimOffer: (offerToken: string, key: string) => http.post<CouponOffer>(`/api/coupon-offers/${offerToken}/claim`, { key }),
  }
}

