/** The words of call sheets: kinds, ways, outcomes, and what may be said on the phone. */
import type { ContactIn, TaskKind } from '@/api/call-sheets'

export const KINDS: Record<TaskKind, string> = {
  FIRST_SERVICE: '首保', REGULAR_SERVICE: '定保', LAPSED: '流失招揽', INSURANCE: '续保', INSPECTION: '年检', WARRANTY_END: '质保到期',
  DECLINED_WORK: '上次没做的项目', NO_SHOW: '爽约回访', CAMPAIGN: '活动电话',
}

export const CHANNELS: { value: ContactIn['channel']; word: string }[] = [
  { value: 'PHONE', word: '电话' }, { value: 'WECOM', word: '企业微信' }, { value: 'VISIT', word: '当面' },
]

export const OUTCOMES: { value: ContactIn['outcome']; word: string }[] = [
  { value: 'TALKED', word: '聊过，再联系' }, { value: 'NO_ANSWER', word: '没接通' }, { value: 'SENT', word: '消息发了，等回复' }, { value: 'REFUSED', word: '不需要' },
  { value: 'CAR_GONE', word: '车已卖' }, { value: 'WRONG_NUMBER', word: '号码不对' },
]

/** 话术: how a call may begin. Nothing is promised that the store does not know, and nobody is frightened. */
export const SCRIPTS: Record<TaskKind, string> = {
  FIRST_SERVICE: '您的车快到首保的时间了，首保按厂家规定做，您看这周还是下周方便？我把有空的时间发给您挑。',
  REGULAR_SERVICE: '按上次保养的时间和里程推算，您的车该做保养了。您现在大概开了多少公里？我帮您约个不用等的时间。',
  LAPSED: '有段时间没见您来了，想问问车用得怎么样，上次有没有我们没做好的地方？需要的话先帮您免费看一下。',
  INSURANCE: '您的保险快到期了，想提醒您一声。续保在哪家都可以，您愿意的话我把几种方案的价格发给您比一比。',
  INSPECTION: '您的年检快到期了，到期前三个月都可以办。先查一下有没有没处理的违章；需要上线的话我们可以代办。',
  WARRANTY_END: '您的车质保快到期了，到期前可以来免费做一次全面检查，有属于质保的问题现在就能处理。',
  DECLINED_WORK: '上次检查时有几项您说先不做，想问问现在用起来有没有异常？要做的话我按当时的报价先帮您看一下。',
  NO_SHOW: '您约的时间没等到您，是不是临时有事？需要的话我帮您改个时间。',
  CAMPAIGN: '按原因里写的活动内容说；客户不想听就不多说，记「不需要」。',
}
