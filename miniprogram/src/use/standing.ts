/** What somebody may do in a visit: the owner everything, a person they authorised up to a limit, family only looks. */
import type { Progress } from '@/api/shapes'

type Standing = Pick<Progress, 'is_owner' | 'allowance'> | null

export const OWNER_DECIDES = '需要车主或授权人决定'

export const mayDecide = (visit: Standing): boolean => visit != null && (visit.is_owner || visit.allowance != null)

/** What is left of an authorised person's limit, in fen; our server has the last word. */
export function mayAgree(visit: Standing, fen: number): boolean {
  if (!visit || visit.is_owner) return visit != null
  return visit.allowance != null && fen <= visit.allowance.limit_fen - visit.allowance.used_fen
}
