/** Words and looks of 客户群群发. */
import type { Meaning, Shape } from '@shared/states'
import type { GroupAudience, GroupPostState, GroupPostTarget, GroupPostTask } from '@/api/group-posts'

type Look = { word: string; meaning: Meaning; shape?: Shape }

export const POST_STATES: Record<GroupPostState, Look> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING: { word: '待审批', meaning: 'waiting' },
  SCHEDULED: { word: '已批准，等时间', meaning: 'waiting' },
  RUNNING: { word: '等群主确认', meaning: 'active' },
  STOPPING: { word: '正在停止', meaning: 'waiting' },
  FINISHED: { word: '已结束', meaning: 'done' },
  CANCELLED: { word: '已取消', meaning: 'idle', shape: 'dash' },
  FAILED: { word: '没发成', meaning: 'problem' },
}

const TASK_STATES: Record<GroupPostTask['state'], Look> = {
  TO_MAKE: { word: '还没建任务', meaning: 'waiting' },
  ASKED: { word: '等企业微信回音', meaning: 'waiting' },
  MADE: { word: '还没确认', meaning: 'waiting' },
  CONFIRMED: { word: '已确认', meaning: 'done' },
  STOPPED: { word: '没确认，已停止', meaning: 'idle', shape: 'dash' },
  FAILED: { word: '没建成', meaning: 'problem' },
}

export const TARGET_STATES: Record<GroupPostTarget['state'], Look> = {
  WAITING: { word: '没发', meaning: 'waiting' },
  SENT: { word: '已发', meaning: 'done' },
  FAILED: { word: '发不了', meaning: 'problem' },
}

/** A task that was confirmed and whose results are still read has been confirmed for people. */
export const taskState = (task: Pick<GroupPostTask, 'state' | 'confirmed_at'>): Look =>
  task.state === 'MADE' && task.confirmed_at ? { word: '已确认，在读结果', meaning: 'active' } : TASK_STATES[task.state]

/** Whether it can still be changed: no owner has a task. */
export const isOpen = (state: GroupPostState): boolean => ['DRAFT', 'PENDING', 'SCHEDULED', 'FAILED'].includes(state)
/** Whether it can be ended. */
export const isGoing = (state: GroupPostState): boolean => isOpen(state) || state === 'RUNNING'

const many = (count: number): string => count.toLocaleString('en')

/** What is to be expected of the chosen groups: a sentence each about reach, today's quota, and who said no. */
export function expectations(of: GroupAudience): string[] {
  if (!of.groups) return ['选的群现在都发不了：要没解散，群主在职、在企业微信里，拒绝营销的客户不太多。']
  const said = [`发到 ${many(of.groups)} 个群，共 ${many(of.customers)} 位客户，由 ${many(of.owners)} 位群主在手机上确认。`]
  if (of.cannot) said.push(`另有 ${many(of.cannot)} 个群现在发不了。`)
  const busy = of.busy.map(({ owner }) => owner).join('、')
  said.push(
    of.today === of.owners
      ? `今天还能发：${many(of.owners)} 位群主都有名额（一位群主一天 ${of.per_owner_per_day} 个）。`
      : `今天还能发：${many(of.today)} / ${many(of.owners)} 位群主；${busy}${of.owners - of.today > of.busy.length ? ' 等' : ''}今天的名额用完了，会等到第二天。`,
  )
  if (of.refusing) said.push(`${many(of.refusing_groups.length)} 个群里有 ${many(of.refusing)} 位认识的客户拒绝过营销。群消息不能单独跳过一个人，可以把这些群去掉。`)
  return said
}
