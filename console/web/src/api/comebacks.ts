/** 返修: whether an order comes back for an earlier visit. */
import { api, keyed, take, type Schema } from './typed'

export type Judgement = Schema<'Judgement'>
export type StoreComebacks = Schema<'StoreComebacks'>
export type FirstTimeFixed = Schema<'FirstTimeFixed'>
export type EarlierVisit = Schema<'EarlierVisit'>

const at = (id: number, key: string) => ({ path: { repair_order_id: id }, header: keyed(key) })

export const readComeback = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/repair-orders/{repair_order_id}/comeback', { params: { path: { repair_order_id: id } }, signal }))

export const declareComeback = (id: number, originId: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/comeback', {
      params: at(id, key),
      body: { origin_repair_order_id: originId, reason: '', version },
    }),
  )

export const denyComeback = (id: number, reason: string, version: number, key: string) =>
  take(api.POST('/api/staff/repair-orders/{repair_order_id}/comeback/denial', { params: at(id, key), body: { reason, version } }))

/** How often a store's work came back or failed the inspection in some days, and the cars. */
export const readComebacks = (storeId: number, since: string, until: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/comebacks', { params: { query: { store_id: storeId, since, until } }, signal }))
