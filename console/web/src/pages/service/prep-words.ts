/** Words and colours of what a prep sheet suggests. */
import type { Suggestion } from '@/api/appointments'
import type { Meaning } from '@shared/states'

const WORDS: Record<Suggestion['topic'], string> = {
  SAFETY_RECALL: '厂家召回',
  DECLINED_WORK: '上次没做',
  SERVICE: '该保养',
  WEAR_ITEM: '该看一看',
  INSPECTION: '年检',
  INSURANCE: '保险',
  WARRANTY_END: '质保',
}

export function topicLook(each: Suggestion): { meaning: Meaning; word: string } {
  return { meaning: each.is_pressing ? 'problem' : each.is_booked ? 'done' : 'waiting', word: WORDS[each.topic] }
}
