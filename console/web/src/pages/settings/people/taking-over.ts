/** Who may stand in for a member: colleagues who hold one of their posts in the same store. */
import type { Member } from '@/api/people'

export function deputiesFor(member: Member | undefined, everybody: readonly Member[]): { value: number; word: string }[] {
  const held = new Set((member?.roles ?? []).map((one) => `${one.role}:${one.store_id}`))
  return everybody
    .filter((one) => one.is_active && one.id !== member?.id && one.roles.some((role) => held.has(`${role.role}:${role.store_id}`)))
    .map((one) => ({ value: one.id, word: one.name }))
}
