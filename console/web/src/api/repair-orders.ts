/** A repair order from the desk: opening, the walk-around, the estimate, the promise, additional work. */
import { api, keyed, take, type Schema } from './typed'

export type MarkOnCar = Schema<'MarkOnCar'>
export type RepairOrder = Schema<'StaffRepairOrder'>
export type Line = Schema<'StaffLine'>
export type Sheet = Schema<'Sheet'>
export type SheetPage = Schema<'AdditionalWorkOut'>
export type PhotoOut = Schema<'StaffPhoto'>
export type Opening = Schema<'OpenIn'>
export type WalkAround = Schema<'InspectIn'>
export type EstimateLine = Schema<'EstimateLineIn'>
export type FreeJob = Schema<'FreeJobIn'>
export type LabourPrices = Schema<'LabourPrices'>
export type ItemPrice = Schema<'ItemPriceIn'>
export type Finding = Schema<'FindingIn'>
export type SpokenDecision = Schema<'SpokenDecisionIn'>
export type Evidence = Pick<Schema<'SpokenDecisionsIn'>, 'how' | 'said_at' | 'words' | 'photo'>

const at = (id: number, key: string) => ({ path: { repair_order_id: id }, header: keyed(key) })
const sheetAt = (id: number, key: string) => ({ path: { additional_work_id: id }, header: keyed(key) })

export const readOrder = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}', { params: { path: { repair_order_id: id } }, signal }))

export const openOrder = (body: Opening, key: string) =>
  take(api.POST('/api/staff/repair-orders', { params: { header: keyed(key) }, body }))

export const inspect = (id: number, body: WalkAround, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/inspection', { params: at(id, key), body }))

export const signHere = (id: number, signature: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/inspection/signature', {
      params: at(id, key),
      body: { signature, version },
    }),
  )

export const makeEstimate = (id: number, lines: EstimateLine[], finishAt: string, withDiagnosis: boolean, discount: { fen: number; reason: string }, version: number, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/estimate', {
      params: at(id, key),
      body: { lines, with_diagnosis: withDiagnosis, promised_finish_at: finishAt, discount_fen: discount.fen, discount_reason: discount.reason, version },
    }),
  )

export const readLabourPrices = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/labour-prices', { params: { path: { repair_order_id: id } }, signal }))

export type OfferedAgain = Schema<'OfferedAgain'>

/** What the estimate offers now, so that its next version begins with it. */
export const readOffered = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/estimate/lines', { params: { path: { repair_order_id: id } }, signal }))

export type DiagnosisTerms = Schema<'DiagnosisTerms'>

export const readDiagnosisTerms = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/diagnosis-terms', { params: { path: { repair_order_id: id } }, signal }))

export type LaterDiscounts = Schema<'LaterDiscounts'>

export const readDiscounts = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/discounts', { params: { path: { repair_order_id: id } }, signal }))

export const giveDiscount = (id: number, lines: { line_id: number; off_fen: number }[], reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/discounts', { params: at(id, key), body: { lines, reason, version } }))

export const readDiscountLimits = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/discount-limits', { params: { path: { repair_order_id: id } }, signal }))

export const sendEstimate = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/estimate/sending', { params: at(id, key), body: { version } }))

export const recordAuthorisation = (id: number, estimateVersion: number, declined: number[], evidence: Evidence, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/estimate/authorisation', {
      params: at(id, key),
      body: { ...evidence, estimate_version: estimateVersion, declined_line_ids: declined, keeps_old_parts: false },
    }),
  )

export const recordRefusal = (id: number, estimateVersion: number, how: 'paper' | 'phone', key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/estimate/decline', {
      params: at(id, key),
      body: { estimate_version: estimateVersion, how },
    }),
  )

export const movePromise = (id: number, finishAt: string, reason: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/promise', {
      params: at(id, key),
      body: { promised_finish_at: finishAt, reason, version },
    }),
  )

export const keepPromise = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/promise/kept', { params: at(id, key), body: { version } }))

export const voidOrder = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/void', { params: at(id, key), body: { reason, version } }))

export const stopOrder = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/stop', { params: at(id, key), body: { reason, version } }))

export const startWash = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/wash', { params: at(id, key), body: { version } }))

export const markReady = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/ready', { params: at(id, key), body: { version } }))

export const teamCheck = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/team-check', { params: at(id, key), body: { version } }))

export const propose = (id: number, findings: Finding[], pausesLineId: number | null, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/additional-work', {
      params: at(id, key),
      body: { findings, pauses_line_id: pausesLineId },
    }),
  )

export const readSheet = (id: number) =>
  take(api.GET('/api/staff/additional-work/{additional_work_id}', { params: { path: { additional_work_id: id } } }))

export const priceSheet = (id: number, items: ItemPrice[], version: number, key: string) =>
  take(api.POST('/api/staff/additional-work/{additional_work_id}/prices', { params: sheetAt(id, key), body: { items, version } }))

export const sendSheet = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/additional-work/{additional_work_id}/sending', { params: sheetAt(id, key), body: { version } }))

export const withdrawSheet = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/additional-work/{additional_work_id}/withdrawal', { params: sheetAt(id, key), body: { version } }))

export const recordDecisions = (id: number, decisions: SpokenDecision[], evidence: Evidence, version: number, key: string) =>
  take(
    api.POST('/api/staff/additional-work/{additional_work_id}/decisions', {
      params: sheetAt(id, key),
      body: { ...evidence, decisions, version },
    }),
  )

/** What was marked on a car at its earlier visits, the newest first. */
export const readEarlierDamages = (vehicleId: number) => take(api.GET('/api/staff/vehicles/{vehicle_id}/damages', { params: { path: { vehicle_id: vehicleId } } }))
