/** 定期计划: broadcasts that are repeated by a rule, approved once. */
import { api, keyed, take, type Schema } from './typed'

export type StandingPlan = Schema<'PlanRow'>
export type StandingRun = Schema<'PlanRun'>
export type PlanRule = Schema<'RuleIn'>
export type PlanState = StandingPlan['state']

const at = (id: number) => ({ path: { standing_plan_id: id } })

export const readStandingPlans = () => take(api.GET('/api/staff/standing-plans'))
export const readStandingPlan = (id: number) => take(api.GET('/api/staff/standing-plans/{standing_plan_id}', { params: at(id) }))
export const readStandingRuns = (id: number) => take(api.GET('/api/staff/standing-plans/{standing_plan_id}/runs', { params: at(id) }))
export const previewPlanRule = (body: PlanRule) => take(api.POST('/api/staff/standing-plans/preview', { body }))
export const makeStandingPlan = (body: Schema<'StandingPlanIn'>, key: string) => take(api.POST('/api/staff/standing-plans', { params: { header: keyed(key) }, body }))
export const changeStandingPlan = (id: number, body: Schema<'StandingPlanUpdateIn'>) => take(api.PUT('/api/staff/standing-plans/{standing_plan_id}', { params: at(id), body }))
export const submitStandingPlan = (plan: StandingPlan, key: string) =>
  take(api.POST('/api/staff/standing-plans/{standing_plan_id}/submission', { params: { ...at(plan.id), header: keyed(key) }, body: { version: plan.version } }))
export const pauseStandingPlan = (plan: StandingPlan, key: string) =>
  take(api.POST('/api/staff/standing-plans/{standing_plan_id}/pause', { params: { ...at(plan.id), header: keyed(key) }, body: { version: plan.version } }))
export const resumeStandingPlan = (plan: StandingPlan, key: string) =>
  take(api.POST('/api/staff/standing-plans/{standing_plan_id}/resumption', { params: { ...at(plan.id), header: keyed(key) }, body: { version: plan.version } }))
export const endStandingPlan = (plan: StandingPlan, key: string) =>
  take(api.POST('/api/staff/standing-plans/{standing_plan_id}/end', { params: { ...at(plan.id), header: keyed(key) }, body: { version: plan.version } }))
