/** 自定义字段 of a customer or a car. */
import { api, take, type Schema } from './typed'

export type FieldValue = Schema<'FieldValue'>
export type FieldValues = Schema<'FieldValues'>
export type Given = Record<string, string | boolean | null>
export type Thing = { kind: 'customer' | 'vehicle'; id: number }

const CUSTOMER = '/api/staff/customers/{customer_id}/custom-values'
const VEHICLE = '/api/staff/vehicles/{vehicle_id}/custom-values'

export const readCustomValues = ({ kind, id }: Thing, signal?: AbortSignal) =>
  kind === 'customer' ? take(api.GET(CUSTOMER, { params: { path: { customer_id: id } }, signal })) : take(api.GET(VEHICLE, { params: { path: { vehicle_id: id } }, signal }))

export const setCustomValues = ({ kind, id }: Thing, values: Given, version: number) =>
  kind === 'customer'
    ? take(api.PUT(CUSTOMER, { params: { path: { customer_id: id } }, body: { values, version } }))
    : take(api.PUT(VEHICLE, { params: { path: { vehicle_id: id } }, body: { values, version } }))
