/** 客户群: the groups in which members talk with several customers. */
import { api, take, type Schema } from './typed'

export type CustomerGroup = Schema<'CustomerGroupRow'>

export const readCustomerGroups = (query: { q?: string; has_ended?: boolean; cursor?: string }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/customer-groups', { params: { query }, signal }))
