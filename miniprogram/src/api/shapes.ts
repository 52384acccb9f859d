/** The server's own types under the names the pages use. Amounts in fen, instants ISO with zone, days YYYY-MM-DD. */
import type { Answer } from './client'

export type Home = Answer<'get', '/api/owner/home'>
export type BookedFocus = Extract<Home['focus'], { kind: 'booked' }>
export type HomeVehicle = NonNullable<Home['vehicle']>
export type BindingRequest = Answer<'get', '/api/owner/vehicles/licences'>[number]
export type Store = Answer<'get', '/api/owner/stores'>[number]
export type BookingPage = Answer<'get', '/api/owner/booking'>
export type ItemOffer = BookingPage['offer']['items'][number]
export type PackageOffer = BookingPage['offer']['packages'][number]
export type CouponOffer = BookingPage['coupons'][number]
export type Calendar = BookingPage['offer']['calendar']
export type StoreRoom = Calendar['stores'][number]
export type CancelCause = Answer<'get', '/api/owner/appointments/{appointment_id}/cancellation'>['causes'][number]['cause']
export type OwnerValet = Answer<'get', '/api/owner/appointments/{appointment_id}/valet-runs'>
export type OwnerRun = OwnerValet['runs'][number]
export type Share = Answer<'get', '/api/owner/shares'>[number]
export type Booked = Answer<'get', '/api/owner/appointments'>[number]
export type Held = Answer<'post', '/api/owner/slot-holds'>
export type Family = Answer<'get', '/api/owner/family'>
export type OwnersLending = Answer<'get', '/api/owner/repair-orders/{repair_order_id}/beside'>['lent'][number]
export type Progress = Answer<'get', '/api/owner/repair-orders/{repair_order_id}'>
export type Inspection = Answer<'get', '/api/owner/repair-orders/{repair_order_id}/inspection'>
export type Estimate = Answer<'get', '/api/owner/repair-orders/{repair_order_id}/estimate'>
export type DeclineCause = Estimate['decline_causes'][number]['cause']
export type Extra = Answer<'get', '/api/owner/additional-work/{additional_work_id}'>
export type Outlook = Extra['outlook']
export type ExtraItem = Extra['items'][number]
export type Decision = 'APPROVED' | 'DECLINED'
export type Bill = Answer<'get', '/api/owner/bills/{bill_id}'>
export type Coupon = Answer<'get', '/api/owner/coupons'>['available'][number]
export type OwnAsk = Answer<'get', '/api/owner/repair-orders/{repair_order_id}/beside'>['ask']
export type AskKind = NonNullable<OwnAsk['kind']>
export type AskAnswer = 'YES' | 'NO' | 'LATER'
