/** 触达: the one right question for a customer, and how a store's reach grows. */
import { api, keyed, take, type Schema } from './typed'

export type RightAsk = Schema<'RightAsk'>
export type ReachMonth = Schema<'ReachMonth'>
export type ReachPerson = Schema<'ReachPerson'>
export type AskPlace = Schema<'AskPlace'>
export type AskAnswer = Schema<'AskAnswer'>
export type AskKind = Schema<'AskKind'>
export type Growth = Schema<'Growth'>

const of = (customerId: number) => ({ path: { customer_id: customerId } })

export const readReachAsk = (customerId: number, storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customers/{customer_id}/reach-ask', { params: { ...of(customerId), query: { store_id: storeId } }, signal }))

export const answerReachAsk = (customerId: number, body: Schema<'ReachAnswerIn'>, key: string) =>
  take(api.POST('/api/staff/customers/{customer_id}/reach-asks', { params: { ...of(customerId), header: keyed(key) }, body }))

export const readReachGrowth = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reach-growth', { params: { query: { store_id: storeId } }, signal }))

export const readReachPeople = (query: { store_id: number; month?: string; kind?: AskKind; what?: Growth; cursor?: string | null }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reach-people', { params: { query }, signal }))
