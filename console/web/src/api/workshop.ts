/** The workshop: the advisor's day, bays, a technician's own work, the inspector's list, the store room. */
import { api, keyed, take, type Schema } from './typed'

export type DayBoard = Schema<'DayBoard'>
export type DayOrder = Schema<'DayOrder'>
export type DayAppointment = Schema<'DayAppointment'>
export type Todo = Schema<'Todo'>
export type BayBoard = Schema<'WorkshopBoardOut'>
export type Bay = Schema<'BayRow'>
export type BayJob = Schema<'BayJob'>
export type ExpectedCar = Schema<'ExpectedCar'>
export type Placement = Schema<'PlacementOut'>
export type Wall = Schema<'Wall'>
export type WallBay = Wall['bays'][number]
export type WallScreen = Schema<'ScreenRow'>
export type PromiseAtRisk = Schema<'PromiseAtRisk'>
export type WaitingJob = Schema<'WaitingJobOut'>
export type Choice = Schema<'ChoiceOut'>
export type MyJob = Schema<'MyJob'>
export type JobToJoin = Schema<'JobToJoin'>
export type Colleague = Schema<'ColleagueRow'>
export type ToInspect = Schema<'ToInspect'>
export type PartRequest = Schema<'PartRequestRow'>
export type StockRow = Schema<'StockRow'>
export type StockCard = Schema<'StockCard'>
export type Bin = Schema<'BinRow'>
export type Alternative = Schema<'AlternativeRow'>
export type KeptPhoto = Schema<'PhotoIn'>

const lineAt = (id: number, key: string) => ({ path: { line_id: id }, header: keyed(key) })
const orderAt = (id: number, key: string) => ({ path: { repair_order_id: id }, header: keyed(key) })
const requestAt = (id: number, key: string) => ({ path: { request_id: id }, header: keyed(key) })

export const readDay = (storeId: number, onlyMine: boolean, signal?: AbortSignal) =>
  take(api.GET('/api/staff/workshop/day', { params: { query: { store_id: storeId, only_mine: onlyMine } }, signal }))

export const readBays = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/workshop/bays', { params: { query: { store_id: storeId } }, signal }))

export const readPromisesAtRisk = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/workshop/promises-at-risk', { params: { query: { store_id: storeId } }, signal }))

export interface Dispatching {
  line_ids: number[]
  technician_id: number
  bay_id: number
  /** As soon as both are free, if null. */
  starts_at: string | null
  version: number
}

export const dispatch = (orderId: number, body: Dispatching, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/dispatch', { params: orderAt(orderId, key), body }))

export interface Place {
  technician_id?: number
  bay_id?: number
  starts_at?: string
}

/** What speaks against a place on the board; what is left out, the rules choose. */
export const readPlacement = (lineId: number, query: Place, signal?: AbortSignal) =>
  take(api.GET('/api/staff/lines/{line_id}/placement', { params: { path: { line_id: lineId }, query }, signal }))

export interface Moving {
  technician_id: number
  bay_id: number
  starts_at: string
  version: number
}

export const moveJob = (lineId: number, body: Moving, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/move', { params: lineAt(lineId, key), body }))

export const undoDispatch = (lineId: number, version: number, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/dispatch-undo', { params: lineAt(lineId, key), body: { version } }))

export const readCandidates = (lineId: number) =>
  take(api.GET('/api/staff/lines/{line_id}/candidates', { params: { path: { line_id: lineId } } }))

export interface Reassigning {
  technician_id: number
  bay_id: number
  reason: string
  version: number
}

export const reassign = (lineId: number, body: Reassigning, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/reassignment', { params: lineAt(lineId, key), body }))

export const readMyWork = (signal?: AbortSignal) => take(api.GET('/api/staff/my-work', { signal }))

export const startJob = (lineId: number, photos: KeptPhoto[], key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/start', { params: lineAt(lineId, key), body: { photos } }))

export const pauseJob = (lineId: number, reason: 'WAIT_OWNER' | 'OTHER', key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/pause', { params: lineAt(lineId, key), body: { reason } }))

export const readJobsToJoin = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/workshop/jobs-to-join', { params: { query: { store_id: storeId } }, signal }))

export const joinJob = (lineId: number, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/join', { params: lineAt(lineId, key) }))

export const leaveJob = (lineId: number, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/leave', { params: lineAt(lineId, key) }))

export const readColleagues = (lineId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/lines/{line_id}/colleagues', { params: { path: { line_id: lineId } }, signal }))

export interface PassingOn {
  technician_id: number
  note: string
  version: number
}

export const passJobOn = (lineId: number, body: PassingOn, key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/pass-on', { params: lineAt(lineId, key), body }))

export const addJobPhotos = (lineId: number, photos: KeptPhoto[], key: string) =>
  take(api.POST('/api/staff/lines/{line_id}/photos', { params: lineAt(lineId, key), body: { photos } }))

export const finishJob = (lineId: number, photos: KeptPhoto[], key: string) =>
  take(
    api.POST('/api/staff/lines/{line_id}/finish', {
      params: lineAt(lineId, key),
      body: { photos, is_self_checked: true },
    }),
  )

export const waitForParts = (lineId: number, expectedAt: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/lines/{line_id}/parts-wait', {
      params: lineAt(lineId, key),
      body: { expected_at: expectedAt, promised_finish_at: null, version },
    }),
  )

export const readMargin = (orderId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/margin', { params: { path: { repair_order_id: orderId } }, signal }))

export const readStock = (storeId: number, q: string) => take(api.GET('/api/staff/stock', { params: { query: { store_id: storeId, q } } }))

export const readStockCard = (storeId: number, number: string) =>
  take(api.GET('/api/staff/stock/card', { params: { query: { store_id: storeId, number } } }))

export interface BinChange {
  store_id: number
  number: string
  from_bin: string
  to_bin: string
  quantity: number
}

export const changeBin = (body: BinChange, key: string) =>
  take(api.POST('/api/staff/stock/bins', { params: { header: { 'Idempotency-Key': key } }, body }))

export const readInspections = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/quality-checks', { params: { query: { store_id: storeId } }, signal }))

export interface Passing {
  checklist: Schema<'CheckedIn'>[]
  was_road_tested: boolean
  photos: KeptPhoto[]
  version: number
}

export const passCheck = (orderId: number, body: Passing, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/quality-check/pass', { params: orderAt(orderId, key), body }))

export interface Failing {
  line_ids: number[]
  reason: string
  photos: KeptPhoto[]
  checklist: Schema<'CheckedIn'>[]
  version: number
}

export const failCheck = (orderId: number, body: Failing, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/quality-check/fail', { params: orderAt(orderId, key), body }))

export const readPartRequests = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/part-requests', { params: { query: { store_id: storeId } }, signal }))

export const issueParts = (orderId: number, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/parts-issue', { params: orderAt(orderId, key), body: { version } }))

export const backOrder = (requestId: number, expectedAt: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/part-requests/{request_id}/back-order', {
      params: requestAt(requestId, key),
      body: { expected_at: expectedAt, version },
    }),
  )

export const replacePart = (requestId: number, number: string, partsFen: number | null, version: number, key: string) =>
  take(
    api.POST('/api/staff/part-requests/{request_id}/replacement', {
      params: requestAt(requestId, key),
      body: { number, parts_fen: partsFen, version },
    }),
  )

export const noteDelivery = (requestId: number, key: string) =>
  take(api.POST('/api/staff/part-requests/{request_id}/arrival', { params: requestAt(requestId, key), body: { quantity: null } }))

export const takeFromStock = (requestId: number, key: string) =>
  take(api.POST('/api/staff/part-requests/{request_id}/from-stock', { params: requestAt(requestId, key) }))

export const usePart = (requestId: number, key: string) =>
  take(api.POST('/api/staff/part-requests/{request_id}/use', { params: requestAt(requestId, key) }))

export const takeBack = (requestId: number, key: string) =>
  take(api.POST('/api/staff/part-requests/{request_id}/return', { params: requestAt(requestId, key) }))

/** What a screen on the wall shows; by its link, nobody is signed in. */
export const readWall = (token: string, signal?: AbortSignal) => take(api.GET('/api/staff/wall/{token}', { params: { path: { token } }, signal }))

export const readWallScreens = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/wall-screens', { params: { query: { store_id: storeId } }, signal }))

export const makeWallScreen = (storeId: number, name: string) =>
  take(api.POST('/api/staff/wall-screens', { body: { store_id: storeId, name } }))

export const endWallScreen = (id: number) => take(api.DELETE('/api/staff/wall-screens/{wall_screen_id}', { params: { path: { wall_screen_id: id } } }))
