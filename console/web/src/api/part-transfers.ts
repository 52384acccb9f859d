/** 调拨: what stores ask each other for, and how many of it arrive. */
import { api, keyed, take, type Schema } from './typed'

export type Transfer = Schema<'TransferRow'>
export type TransferPage = Schema<'TransferPage'>
export type Elsewhere = Schema<'ElsewhereRow'>
export type Counted = Schema<'TransferCountIn'>
export type Given = Schema<'TransferGiftIn'>
export type TransferDraft = Omit<Schema<'TransferIn'>, 'to_store_id'>

const at = (id: number, key: string) => ({ path: { transfer_id: id }, header: keyed(key) })

export const readTransfers = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/part-transfers', { params: { query: { store_id: storeId } }, signal }))

export const readTransfer = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/part-transfers/{transfer_id}', { params: { path: { transfer_id: id } }, signal }))

export const readElsewhere = (storeId: number, number: string) =>
  take(api.GET('/api/staff/stock/elsewhere', { params: { query: { store_id: storeId, number } } }))

export const askForTransfer = (storeId: number, draft: TransferDraft, key: string) =>
  take(api.POST('/api/staff/part-transfers', { params: { header: keyed(key) }, body: { to_store_id: storeId, ...draft } }))

export const agreeToTransfer = (id: number, lines: Given[], eta: string, version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/agreement', { params: at(id, key), body: { lines, eta, version } }))

export const changeTransferEta = (id: number, eta: string, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/eta', { params: at(id, key), body: { eta, reason, version } }))

export const sendTransfer = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/dispatch', { params: at(id, key), body: { version } }))

export const receiveTransfer = (id: number, lines: Counted[], version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/receipt', { params: at(id, key), body: { lines, version } }))

export const refuseTransfer = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/refusal', { params: at(id, key), body: { reason, version } }))

export const cancelTransfer = (id: number, version: number, key: string) =>
  take(api.POST('/api/staff/part-transfers/{transfer_id}/cancellation', { params: at(id, key), body: { version } }))
