/** Words and looks of 企业朋友圈. */
import type { Meaning, Shape } from '@shared/states'
import type { Audience, MomentPart, MomentState } from '@/api/moments'

export const MOMENT_STATES: Record<MomentState, { word: string; meaning: Meaning; shape?: Shape }> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING: { word: '待审批', meaning: 'waiting' },
  SCHEDULED: { word: '已批准，等时间', meaning: 'waiting' },
  ASKED: { word: '等企业微信回音', meaning: 'waiting' },
  MAKING: { word: '企业微信在建', meaning: 'waiting' },
  RUNNING: { word: '等同事发表', meaning: 'active' },
  STOPPING: { word: '正在停止', meaning: 'waiting' },
  WATCHED: { word: '已停止发表，在读互动', meaning: 'done' },
  FINISHED: { word: '已结束', meaning: 'done' },
  CANCELLED: { word: '已取消', meaning: 'idle', shape: 'dash' },
  FAILED: { word: '没发成', meaning: 'problem' },
}

export const PART_STATES: Record<MomentPart['state'], { word: string; meaning: Meaning; shape?: Shape }> = {
  WAITING: { word: '还没发表', meaning: 'waiting' },
  PUBLISHED: { word: '已发表', meaning: 'done' },
  UNABLE: { word: '企业微信里发不了', meaning: 'problem' },
}

/** Whether it can still be changed: WeCom has not been asked for it. */
export const isOpen = (state: MomentState): boolean => ['DRAFT', 'PENDING', 'SCHEDULED', 'FAILED'].includes(state)
/** Whether it can be ended. */
export const isGoing = (state: MomentState): boolean => isOpen(state) || ['ASKED', 'MAKING', 'RUNNING'].includes(state)

/** What is to be expected, and what WeCom's limit of the month makes of it. */
export function expectation({ members, customers, made_this_month: made, seen_per_month: most }: Audience): string {
  if (!members) return '没有能发的同事：要在职、在企业微信里，并且有符合的客户好友。'
  const reach = `${members} 位同事发，最多 ${customers.toLocaleString('en')} 位客户看得到。`
  if (made >= most) return `${reach}这些门店本月已发 ${made} 条；企业微信一位客户一个月只显示 ${most} 条，这条多半看不到了。`
  return `${reach}这些门店本月已发 ${made} 条，企业微信一位客户一个月最多显示 ${most} 条。`
}
