/** What the owner API tells a car owner. Amounts in fen, instants ISO with zone, days YYYY-MM-DD, names ready to show. */
import type { Urgency } from '@shared/states'

export interface OwnerVehicle {
  id: number
  series: string
  trim: string
  plate: string
  mileage_km: number
}

/** A car of the account. */
export interface BoundVehicle extends OwnerVehicle {
  /** Somebody else asks to be bound to it. */
  is_asked_for_by_another: boolean
}

/** A claim that waits for an advisor, or was refused. */
export interface BindingRequest {
  id: number
  vin_last6: string
  state: 'PENDING' | 'UNBOUND'
  has_licence: boolean
  store: string
  refusal: string
}

/** The one thing that matters now on O1, most urgent first. */
export type Focus =
  | { kind: 'decide'; repair_order_id: number; what: 'inspection' | 'estimate' | 'extra'; answer_by: string | null }
  | { kind: 'pay'; repair_order_id: number; bill_id: number; amount_fen: number }
  | { kind: 'pick_up'; repair_order_id: number; store: string }
  | {
      kind: 'in_repair'
      repair_order_id: number
      title: string
      standing: string | null
      promised_at: string | null
      doing: string | null
      done: number
      total: number
    }
  | BookedFocus
  | { kind: 'due'; due_on: string; last_on: string | null; km_per_day: number | null }
  | { kind: 'none' }

export interface BookedFocus {
  kind: 'booked'
  appointment_id: number
  state: 'REQUESTED' | 'CONFIRMED' | 'ARRIVED'
  store: string
  starts_at: string
  items: string[]
  changes_left: number
  moves_until: string
  late_minutes: number
  version: number
}

/** What a tap on a chip would book. */
export interface OfferedBooking {
  store_id: number
  store: string
  item_id: number
  item: string
  minutes: number
  price_fen: number
  slots: string[]
}

export interface Home {
  vehicle: OwnerVehicle | null
  vehicles: OwnerVehicle[]
  focus: Focus
  booking: OfferedBooking | null
  coupons_usable: number
  coupons_to_claim: number
  best_coupon: string | null
  insurance_ends_on: string | null
  visits: number
  advisor: string | null
}

/** One visit to the workshop, as the list of them shows it. */
export interface Visit {
  id: number
  visited_on: string
  km: number
  summary: string
  paid_fen: number
  store: string | null
  /** Null for a visit of before our time: there is no page of its progress. */
  repair_order_id: number | null
}

export interface Store {
  id: number
  name: string
  short_name: string
  city: string
  phone: string
}

export interface ServiceItem {
  item_id: number
  name: string
  minutes: number
  labour_fen: number
  parts_fen: number
  is_maintenance: boolean
}

export interface Slot {
  starts_at: string
  places_left: number
  is_free: boolean
  reason: string | null
}

/** A slot held for ten minutes, with everything the owner would otherwise have to fill in. */
export interface BookingDraft {
  vehicle: OwnerVehicle
  store: { id: number; name: string }
  item: ServiceItem
  extras: ServiceItem[]
  starts_at: string
  held_until: string
  confirm_by: string
  late_minutes: number
  changes: number
  moves_until: string
  coupon: Coupon | null
  campaign_token: string
}

export interface Appointment {
  id: number
  state: string
  starts_at: string
  vehicle_id: number
  store_id: number
  store: string
  items: { item_id: number; name: string }[]
  repair_order_id: number | null
  version: number
}

export type Photo = { url: string; label: string }

export interface ProgressNode {
  number: number
  node: string
  at: string
  kind: string
  sentence: string
  photos: Photo[]
}

export type WaitingFor = 'inspection' | 'estimate' | 'extra' | 'bill' | 'delivery'

export interface Progress {
  id: number
  number: string
  store: string
  series: string
  plate: string
  state: string
  title: string
  standing: string | null
  promised_at: string | null
  first_promised_at: string | null
  delay_reason: string | null
  delay_minutes: number
  done: number
  total: number
  doing: { line: string; technician: string; bay: string | null; started_at: string } | null
  next: string[]
  wants_wash: boolean
  nodes: ProgressNode[]
  advisor: string
  notices_left: number
  waiting_for_owner: WaitingFor | null
  additional_work_id: number | null
  last_number: number
}

export interface Inspection {
  repair_order_id: number
  inspected_at: string
  mileage_km: number
  energy_percent: number
  belongings: string
  photos: Photo[]
  damages: { part: string; damage: string; url: string }[]
  signed_at: string | null
}

export interface Estimate {
  repair_order_id: number
  version: number
  state: 'DRAFT' | 'SENT' | 'AUTHORISED' | 'DECLINED' | 'SUPERSEDED'
  lines: { line_id: number; name: string; payer: string; labour_fen: number; parts_fen: number; minutes: number }[]
  total_fen: number
  promised_finish_at: string
  decided_at: string | null
  keeps_old_parts: boolean | null
  advisor: string
}

export type Decision = 'APPROVED' | 'DECLINED'

export interface ExtraItem {
  line_id: number
  urgency: Urgency
  name: string
  finding: string
  photos: Photo[]
  labour_fen: number
  parts_fen: number
  extra_minutes: number
  decision: Decision | 'WITHDRAWN' | null
  needs_signature_to_decline: boolean
}

export interface Extra {
  id: number
  repair_order_id: number
  version: number
  state: 'SENT' | 'APPROVED' | 'PARTIAL' | 'DECLINED' | 'EXPIRED' | 'WITHDRAWN'
  decide_by: string | null
  decided_at: string | null
  promised_at: string | null
  items: ExtraItem[]
  advisor: string
}

export interface Bill {
  id: number
  repair_order_id: number
  repair_order_number: string
  store: string
  advisor: string
  state: 'SENT' | 'CONFIRMED' | 'PARTLY_PAID' | 'PAID' | 'PARTLY_REFUNDED' | 'REFUNDED'
  version: number
  jobs: { name: string; labour_fen: number; parts_fen: number; total_fen: number; authorised_at: string }[]
  subtotal_fen: number
  discounts: { coupon_id: number; name: string; discount_fen: number }[]
  total_fen: number
  paid_fen: number
  due_fen: number
  paid_at: string | null
  hint: string
  choices: { coupon_id: number; name: string; is_chosen: boolean; alone_fen: number; reason: string | null }[]
}

/** What only our server knows: whether the money came. */
export interface PaymentStanding {
  bill_state: Bill['state']
  due_fen: number
  payment_state: string | null
  is_under_review: boolean
}

export interface HandOver {
  repair_order_id: number
  state: 'NOT_READY' | 'AWAITING_OWNER' | 'CONFIRMED' | 'AUTO_CONFIRMED' | 'DISPUTED' | 'SETTLED'
  advisor: string
  quality_passed_at: string | null
  inspector: string | null
  paid_fen: number
  handed_over: string
  confirmed_at: string | null
  settled_at: string | null
  resolution: string
  warranty: string
  next_service_due_on: string | null
  next_service_due_km: number | null
  dispute_days: number
  answer_within_hours: number
}

export interface Survey {
  id: number
  store: string
  plate: string
  questions: { id: string; text: string; kind: 'score' | 'yes_no' | 'text' }[]
  answered_at: string | null
}

export interface Coupon {
  id: number
  state: string
  name: string
  kind: string
  rule: string
  stores: string
  value_fen: number
  threshold_fen: number
  claim_by: string | null
  valid_to: string | null
  locked_for: string | null
  code: string | null
}

export interface Coupons {
  available: Coupon[]
  to_claim: Coupon[]
  in_use: Coupon[]
  history: Coupon[]
}

/** O10: what a link offers this owner; `left` is the true stock. */
export interface Gift {
  name: string
  rule: string
  stores: string
  stacking: string | null
  valid_days: number
  left: number
  ends_at: string | null
  state: 'open' | 'claimed' | 'sold_out' | 'over'
  valid_to: string | null
  from_name: string | null
  store_name: string | null
}

export interface Me {
  name: string
  phone: string | null
  is_phone_verified: boolean
  consents: string[]
  is_marketing_stopped: boolean
}

export interface SubscribeTemplate {
  message: string
  template_id: string
  title: string
}

/** Whom to write to or phone about a thing; `chat_userid` only for WeCom friends. */
export interface Contact {
  advisor: string | null
  chat_userid: string | null
  store: string | null
  phone: string | null
}
