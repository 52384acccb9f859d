/** Words and looks of 标签. */
import type { Meaning } from '@shared/states'
import type { Tag, TagDrift, TagDriftCount } from '@/api/tags'
import { causeOf } from '@/pages/house/work-words'

export const TAG_STATES: Record<Tag['state'], { word: string; meaning: Meaning }> = {
  KEPT: { word: '企业微信里有', meaning: 'done' },
  WANTED: { word: '等企业微信建好', meaning: 'waiting' },
  RENAMING: { word: '等企业微信改名', meaning: 'waiting' },
  ENDING: { word: '等企业微信删掉', meaning: 'waiting' },
}

/** What differs for one colleague and one friend, and why. */
export const DRIFTS: Record<TagDrift['kind'], { word: string; why: string }> = {
  PUTTING_ON: { word: '还没贴到企业微信', why: '排着队，系统会贴上' },
  TAKING_OFF: { word: '还没从企业微信去掉', why: '排着队，系统会去掉' },
  LOST_THERE: { word: '这里有，企业微信里没有', why: '同事在企业微信里去掉了，别的同事还留着' },
  ONLY_THERE: { word: '企业微信里有，这里没有', why: '没收到企业微信的通知' },
}

const FULL = /\b40126$/
const NOT_OURS = /\b81011$/
const NOT_SEEN = /\b(60011|60021|84074|701008)$/

/** What stops a tag or a mark, for somebody who does not read our code; empty if nothing does. */
export function tagTrouble(trouble: string): string {
  if (!trouble) return ''
  if (FULL.test(trouble)) return '企业微信的标签满了 10000 个，先删掉不用的'
  if (NOT_OURS.test(trouble)) return '企业微信只让建它的应用改，请管理员在企业微信后台处理'
  if (NOT_SEEN.test(trouble)) return '这位同事不在应用的可见范围，或没有客户联系权限'
  return causeOf(trouble).means
}

export const driftWhy = (drift: Pick<TagDrift, 'kind' | 'trouble'>): string => tagTrouble(drift.trouble) || DRIFTS[drift.kind].why

/** `还没贴到企业微信 3 · …`, or that nothing differs. */
export const driftSentence = (counts: readonly TagDriftCount[]): string =>
  counts.length === 0 ? '两边一致。' : counts.map((one) => `${DRIFTS[one.kind].word} ${one.how_many}`).join(' · ')
