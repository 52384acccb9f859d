/** Words of the pages about people. */
import type { Meaning } from '@shared/states'
import type { BelongingKind, BookProposal, DriftKind, FriendWalk, Granted, Reach, Role, Succession, SuccessionLine } from '@/api/people'

export const ROLE_WORDS: Record<Role, string> = {
  SC: '销售顾问', SM: '销售经理', DCC: '网电销专员', MKT: '市场专员', SA: '服务顾问', SVM: '服务经理', WC: '车间主管', TEC: '技师', QC: '质检员',
  PRT: '配件员', CSH: '收银员', CRC: '客服专员', FIN: '财务', GM: '店总', RGN: '区域总监', GRP: '集团总部', ADM: '系统管理员', DPO: '隐私负责人', DRV: '取送车司机',
}
export const REACH_WORDS: Record<Reach, string> = { SELF: '本人的', TEAM: '本班组的', STORE: '任职范围内的' }
export const PROPOSAL_WORDS: Record<BookProposal['kind'], string> = { NEW: '新来的', MOVED: '调动', RENAMED: '改名', LEFT: '已不在通讯录' }
export const KIND_WORDS: Record<BelongingKind, string> = {
  CUSTOMER: '客户', FRIEND: '企微好友', APPOINTMENT: '预约', REPAIR_ORDER: '在修工单', JOB: '施工项目', FOLLOW_UP: '待跟进', COMPLAINT: '投诉', APPROVAL: '待审批', CONTACT_WAY: '联系我二维码', SEND_TASK: '待发的群发', TASK: '招徕任务', SHIFT: '没交的收银班次',
}
export const WHY_WORDS: Record<SuccessionLine['why'], string> = {
  CHOSEN: '指定的', FRIEND: '已是客户好友', KEEPS_CUSTOMER: '跟着客户走', FEWEST: '同岗客户最少', LEADER: '店里没有同岗，交给经理', NOBODY: '没有合适的人，请指定',
}
export const DRIFT_WORDS: Record<DriftKind, string> = { FOUND: '补进来的好友', BACK: '又加回来了', GONE: '好友没有了', REMARK: '改了备注', TAGS: '改了标签' }

interface Said {
  word: string
  meaning: Meaning
}

export const SUCCESSION_STATES: Record<Succession['state'], Said> = {
  PREPARED: { word: '待确认', meaning: 'waiting' },
  RUNNING: { word: '正在交接', meaning: 'active' },
  DONE: { word: '已交接', meaning: 'done' },
  CANCELLED: { word: '没有办', meaning: 'idle' },
}
export const WALK_STATES: Record<FriendWalk['state'], Said> = {
  WAITING: { word: '还没读完', meaning: 'active' },
  READ: { word: '核对完', meaning: 'done' },
  HELD: { word: '少得太多，请看', meaning: 'problem' },
  NOT_OURS: { word: '读不到', meaning: 'idle' },
}

const TRANSFERS: Record<NonNullable<SuccessionLine['transfer']>, Said> = {
  WANTED: { word: '等企业微信接', meaning: 'active' },
  ASKED: { word: '24 小时内客户可拒绝', meaning: 'active' },
  DONE: { word: '好友已转', meaning: 'done' },
  REFUSED: { word: '客户拒绝了', meaning: 'problem' },
  TAKER_FULL: { word: '接手人好友已满', meaning: 'problem' },
  TOO_OFTEN: { word: '90 天内转过两次，不能再转', meaning: 'problem' },
  NOT_FRIENDS: { word: '早已不是好友', meaning: 'idle' },
  FAILED: { word: '企业微信没接受', meaning: 'problem' },
}
const ITEMS: Record<SuccessionLine['state'], Said> = {
  PLANNED: { word: '待交接', meaning: 'waiting' },
  DONE: { word: '已交接', meaning: 'done' },
  ASKED: { word: '已提交企业微信', meaning: 'active' },
  NO_LONGER_THEIRS: { word: '已不在名下', meaning: 'idle' },
  FOR_A_PERSON: { word: '要人处理', meaning: 'problem' },
}

/** A mass message follows the friends: whoever has them by then is asked to send. */
const WITH_THE_FRIENDS: Said = { word: '好友转过去后，由接手的人发', meaning: 'active' }

/** How one thing stands; of a friend, what WeCom said. */
export function itemState(line: Pick<SuccessionLine, 'state' | 'transfer' | 'kind'>): Said {
  if (line.transfer) return TRANSFERS[line.transfer]
  return line.kind === 'SEND_TASK' && line.state === 'ASKED' ? WITH_THE_FRIENDS : ITEMS[line.state]
}

/** Where a role is held. */
export const heldAt = (held: { store?: string | null; region?: string | null }): string => held.store ?? held.region ?? '集团'

/** A region has many stores: the first two say which it is. */
const MOST_NAMED = 3
function storesWords(ids: number[], storeName: (id: number) => string): string {
  return ids.length > MOST_NAMED ? `${ids.slice(0, 2).map(storeName).join('、')}等 ${ids.length} 家门店` : ids.map(storeName).join('、')
}

/** Why somebody may do a thing, in one sentence. */
export function becauseWords(one: Granted, storeName: (id: number) => string): string {
  const where = one.is_whole_group ? '全集团' : storesWords(one.store_ids, storeName)
  return `${ROLE_WORDS[one.role]}（${where}）：${REACH_WORDS[one.reach]}${one.is_changed ? '，本集团改过' : ''}`
}
