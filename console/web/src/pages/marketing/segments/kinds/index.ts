/** Every kind of condition the editor offers, in the order of its menu. */
import { CAR_KINDS, CAR_NOTED, DUE_KINDS, WORK_KINDS } from './cars'
import { VISIT_KINDS } from './history'
import type { ConditionKind } from './inputs'
import { CAMPAIGN_KINDS, PERSON_KINDS, PERSON_NOTED, REACH_KINDS, SAID_KINDS } from './people'

export const CONDITIONS: readonly ConditionKind[] = [
  ...PERSON_KINDS, ...CAR_KINDS, ...DUE_KINDS, ...WORK_KINDS, ...VISIT_KINDS, ...CAMPAIGN_KINDS, ...SAID_KINDS, ...REACH_KINDS, ...PERSON_NOTED, ...CAR_NOTED,
]

export const kindOf = (field: string): ConditionKind | undefined => CONDITIONS.find((each) => each.field === field)
