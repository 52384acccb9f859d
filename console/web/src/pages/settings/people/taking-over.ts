/** Who may stand in for a member: colleagues who hold one of their posts in the same store; for a manager who is alone in theirs, other managers of the store. */
import type { Member, Role } from '@/api/people'

const MANAGERS: ReadonlySet<Role> = new Set<Role>(['SM', 'SVM', 'GM', 'FIN', 'GRP', 'RGN', 'DPO'])
const isManager = (one: Member): boolean => one.roles.some(({ role }) => MANAGERS.has(role))

export function deputiesFor(member: Member | undefined, everybody: readonly Member[]): { value: number; word: string }[] {
  const held = new Set((member?.roles ?? []).map((one) => `${one.role}:${one.store_id}`))
  const others = everybody.filter((one) => one.is_active && one.id !== member?.id)
  const peers = others.filter((one) => one.roles.some((role) => held.has(`${role.role}:${role.store_id}`)))
  const fit = peers.length || !member || !isManager(member) ? peers : others.filter((one) => one.store_id === member.store_id && isManager(one))
  return fit.map((one) => ({ value: one.id, word: one.name }))
}
