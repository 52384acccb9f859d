/** How the people of a task would be divided between colleagues and its member, in one sentence. */
import { count } from '@shared/format'
import type { Division } from '@/api/broadcasts'

/** `420 人里 96 人也是李敏的好友，可由她发；其余 324 人等周敏回来…`; who takes nobody is not named. */
export function divisionSentence(division: Division): string {
  const nameOf = new Map(division.colleagues.map((one) => [one.staff_id, one.name]))
  const parts = division.parts.map((part) => `${count(part.people)} 人由${nameOf.get(part.staff_id) ?? '同事'}发`)
  if (!parts.length) return ''
  const rest = division.rest ? `；其余 ${count(division.rest)} 人等${division.staff}，或先转移客户（24 小时后生效）` : ''
  return `${count(division.people)} 人里 ${parts.join('，')}${rest}`
}
