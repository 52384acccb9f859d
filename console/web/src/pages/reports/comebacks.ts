/** 内返 and 外返 of a store, by whose work it was. */
import { rate } from '@shared/format'
import type { FirstTimeFixed, StoreComebacks } from '@/api/comebacks'

const GROUPS = [['STORE', '全店'], ['ADVISOR', '服务顾问'], ['TECHNICIAN', '技师']] as const
const STATES: Record<StoreComebacks['comebacks'][number]['state'], string> = { PROPOSED: '等人认定', DECLARED: '认定返修', DENIED: '不算返修' }

export const stateWord = (row: StoreComebacks['comebacks'][number]): string => STATES[row.state]

/** Of the visits, how many did not come back; a car that failed inside the house never left, so it does not count against it. */
export const fixedRate = (row: FirstTimeFixed): string => rate(row.visits - row.external, row.visits)

export const groupsOf = (fixed: readonly FirstTimeFixed[]): { word: string; rows: FirstTimeFixed[] }[] =>
  GROUPS.map(([whose, word]) => ({ word, rows: fixed.filter((each) => each.whose === whose) })).filter(({ rows }) => rows.length > 0)
