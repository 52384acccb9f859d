/** 规则参数: what holds for the group and in each store, with the history, and changing it. */
import { api, keyed, take, type Schema } from './typed'

export type PolicyRules = Schema<'PolicyRules'>
export type PolicyRule = Schema<'PolicyRule'>
export type PolicyValue = Schema<'PolicyValue'>
export type PolicyChangeRow = Schema<'PolicyChangeRow'>
export type PolicyChange = Schema<'PolicyChangeIn'>
export type RuleValue = PolicyRule['default']

export const readPolicies = () => take(api.GET('/api/staff/policies'))

export const changePolicy = (policy: string, field: string, body: PolicyChange, key: string) =>
  take(api.POST('/api/staff/policies/{policy}/{field}/changes', { params: { path: { policy, field }, header: keyed(key) }, body }))

export const withdrawPolicyChange = (id: number, reason: string, key: string) =>
  take(api.POST('/api/staff/policy-changes/{change_id}/withdrawal', { params: { path: { change_id: id }, header: keyed(key) }, body: { reason } }))
