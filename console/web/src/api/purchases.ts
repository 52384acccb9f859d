/** 采购: what the store room orders, and what came of it. */
import { api, keyed, take, type Schema } from './typed'

export type Purchase = Schema<'PurchaseRow'>
export type PurchasePage = Schema<'PurchasePage'>
export type PurchaseLine = Schema<'PurchaseLineRow'>
export type Supplier = Schema<'SupplierRow'>
export type Wanted = Schema<'WantedIn'>
export type Arrival = Schema<'ArrivalIn'>

export interface PurchaseDraft {
  supplier_id: number
  lines: Wanted[]
  note: string
}

const at = (id: number, key: string) => ({ path: { purchase_id: id }, header: keyed(key) })

export const readPurchases = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/purchases', { params: { query: { store_id: storeId } }, signal }))

export const readPurchase = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/purchases/{purchase_id}', { params: { path: { purchase_id: id } }, signal }))

export const readSuppliers = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/suppliers', { params: { query: { store_id: storeId } }, signal }))

export const draftPurchase = (storeId: number, draft: PurchaseDraft, key: string) =>
  take(api.POST('/api/staff/purchases', { params: { header: keyed(key) }, body: { store_id: storeId, ...draft } }))

export const editPurchase = (id: number, draft: PurchaseDraft, version: number) =>
  take(api.PUT('/api/staff/purchases/{purchase_id}', { params: { path: { purchase_id: id } }, body: { ...draft, version } }))

export const placePurchase = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/purchases/{purchase_id}/order', { params: at(id, key), body: { version } }))

export const changeEtas = (id: number, lines: { purchase_line_id: number; eta: string }[], reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/purchases/{purchase_id}/etas', { params: at(id, key), body: { lines, reason, version } }))

export const receivePurchase = (id: number, lines: Arrival[], version: number, key: string) =>
  take(api.POST('/api/staff/purchases/{purchase_id}/deliveries', { params: at(id, key), body: { lines, version } }))

export const cancelPurchase = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/purchases/{purchase_id}/cancellation', { params: at(id, key), body: { version } }))

export type Proposal = Schema<'ProposalRow'>

export const readProposals = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/purchase-proposals', { params: { query: { store_id: storeId } }, signal }))
