/** What the owner API tells a car owner. Amounts in fen, instants ISO with zone, days YYYY-MM-DD, names ready to show. */
import type { Urgency } from '@shared/states'

export interface OwnerVehicle {
  id: number
  model_name: string
  plate: string
  last_mileage_km: number | null
}

export interface Slot {
  id: string
  starts_at: string
  /** How many more can still be promised. */
  left: number
}

export interface Advisor {
  name: string
  /** Opens the chat with him; null while he is no friend of this owner. */
  chat_url: string | null
}

/** The one thing that matters now on O1, most urgent first. */
export type Focus =
  | { kind: 'decide'; repair_order_id: number; items: number; answer_by: string | null; what: 'estimate' | 'extra' }
  | { kind: 'pay'; bill_id: number; amount_fen: number }
  | { kind: 'pick_up'; repair_order_id: number; store_name: string }
  | { kind: 'in_repair'; repair_order_id: number; promised_at: string | null; doing: string | null; done: number; total: number }
  | { kind: 'booked'; appointment: AppointmentSummary }
  | { kind: 'due'; due: DueService }
  | { kind: 'none' }

export interface DueService {
  service_name: string
  due_on: string
  last_on: string | null
  km_per_day: number | null
  minutes: number
  price_fen: number | null
  store_name: string
  slots: Slot[]
}

export interface AppointmentSummary {
  id: number
  state: 'REQUESTED' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'ARRIVED' | 'CONVERTED' | 'NO_SHOW'
  starts_at: string
  store_name: string
  items: string
  changes_left: number
}

export interface Home {
  vehicle: OwnerVehicle
  vehicles: OwnerVehicle[]
  focus: Focus
  coupons_usable: number
  best_coupon_name: string | null
  insurance_ends_on: string | null
  inspection_due_on: string | null
  visits: number
  advisor: Advisor | null
}

export interface BookingItem {
  code: string
  name: string
  labour_fen: number
  parts_fen: number
  /** Why it is offered: when it was last done. */
  last_on: string | null
  months_since: number | null
}

export interface BookingOffer {
  hold_id: string
  held_until: string
  starts_at: string
  minutes: number
  store_name: string
  vehicle: OwnerVehicle
  item: BookingItem
  extras: BookingItem[]
  coupon: { id: number; name: string; reduction_fen: number } | null
}

export type Photo = { url: string; label: string }

export interface ProgressNode {
  number: number
  at: string
  kind: 'done' | 'now' | 'yours'
  sentence: string
  photos: Photo[]
}

export interface Progress {
  repair_order_id: number
  number: string
  promised_at: string | null
  first_promised_at: string | null
  delay_reason: string | null
  delay_minutes: number
  done: number
  total: number
  doing: { line: string; technician: string; bay: string; started_at: string } | null
  /** Honest words while nothing is being done: 等配件，预计 13:10 到. */
  standing: string | null
  next: string[]
  nodes: ProgressNode[]
  advisor: Advisor
  notices_left: number
  waiting_for_owner: 'estimate' | 'extra' | 'bill' | 'delivery' | null
}

export interface InspectionMark {
  part: string
  damage: string
  photo: Photo | null
}

export interface EstimateLine {
  id: number
  name: string
  labour_fen: number
  parts_fen: number
}

export interface Estimate {
  repair_order_id: number
  version: number
  signed_at: string | null
  inspection: { at: string; mileage_km: number; fuel: string; marks: InspectionMark[]; photos: Photo[]; belongings: string }
  lines: EstimateLine[]
  total_fen: number
  promised_at: string
  keep_old_parts: boolean
}

export type Decision = 'APPROVED' | 'DECLINED'

export interface ExtraItem {
  id: number
  urgency: Urgency
  name: string
  finding: string
  rule: string | null
  photos: Photo[]
  video_seconds: number | null
  labour_fen: number
  parts_fen: number
  extra_minutes: number
  decision: Decision | null
}

export interface Extra {
  id: number
  version: number
  answer_by: string
  state: 'SENT' | 'APPROVED' | 'PARTIAL' | 'DECLINED' | 'EXPIRED' | 'WITHDRAWN'
  promised_at: string
  items: ExtraItem[]
  advisor: Advisor
  decided_at: string | null
}

export interface BillLine {
  name: string
  labour_fen: number
  parts_fen: number
  total_fen: number
  authorised_at: string | null
}

export interface Bill {
  id: number
  repair_order_id: number
  repair_order_number: string
  store_name: string
  advisor_name: string
  state: 'SENT' | 'CONFIRMED' | 'PARTLY_PAID' | 'PAID'
  version: number
  lines: BillLine[]
  total_fen: number
  coupon: { id: number; name: string; reduction_fen: number } | null
  due_fen: number
  paid_at: string | null
}

export interface Delivery {
  repair_order_id: number
  quality_passed_at: string
  inspector: string
  paid_fen: number
  handed_over: string
  advisor_name: string
  warranty: string
  state: 'AWAITING_OWNER' | 'CONFIRMED' | 'AUTO_CONFIRMED' | 'DISPUTED'
  confirmed_at: string | null
  next_service: { due_on: string; due_km: number } | null
}

export interface SurveyQuestion {
  id: string
  text: string
  kind: 'score' | 'yes_no' | 'text'
}

export interface Survey {
  id: number
  store_name: string
  plate: string
  questions: SurveyQuestion[]
  answered_at: string | null
}

export interface Coupon {
  id: number
  state: 'ISSUED' | 'AVAILABLE' | 'LOCKED' | 'REDEEMED' | 'EXPIRED' | 'VOID'
  name: string
  rule: string
  stores: string
  claim_by: string | null
  valid_to: string | null
  locked_by: string | null
}

export interface CouponOffer {
  token: string
  from_name: string
  store_name: string
  name: string
  rule: string
  valid_days: number
  stores: string
  stacking: string | null
  left: number | null
  ends_at: string
  claimed: boolean
  slots: Slot[]
  why: string
}

export interface Me {
  phone_masked: string | null
  vehicles: OwnerVehicle[]
  marketing_consent: boolean
}
