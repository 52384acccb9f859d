/**
 * The guided story: twelve steps from a scanned poster to a won-back owner. Each step is a chain of acts; an act points
 * at one target (a `data-story` id) and says in one sentence why. A press on the target goes on, by hand or by 「替我点」.
 * What happens on a page of the console also names the hand that does the same through the staff API.
 */
import type { FactName } from './facts'
import type { ConditionName, HandName } from './hands'
import { TECHNICIAN } from './hands/visit'
import { HERO } from './hero'

export interface Act {
  /** The `data-story` id that glows. */
  target: string
  why: string
  /** Other targets that do the same: what else an owner would naturally press. */
  also?: readonly string[]
  /** What goes on as well, though nobody is asked to press it. */
  or?: string
  /** What then stands: the story comes back here when it does not, and goes on when it does. */
  result?: FactName
  /** The target may be missing; then the story goes on. */
  passing?: boolean
  /** Whoever is where it leads, or sees the next thing to press, has done it. */
  isLook?: boolean
  /** Typed into the target instead of a press. */
  type?: string
  /** The press only opens something; every other press in the console counts once what it wrote was accepted. */
  opens?: boolean
  /** Whose phone must be in the hands: a WeCom userid for the right one, `TECHNICIAN` for whoever has the job. */
  staff?: string
  /** Where the phone stands: a tab, and in it a chat, or a page of the console or of the mini-program. */
  at?: { place: string; page?: string }
  hand?: HandName
  /** The same once more while this holds: there may be several jobs, and several technicians. */
  again?: ConditionName
}

export interface Step {
  number: number
  title: string
  /** What the platform or the product just proved. */
  lesson: string
  acts: Act[]
}

const AGREE_TO_NOTICES: Act = {
  target: 'sheet-subscribe-allow', or: 'sheet-subscribe-refuse', passing: true, why: '微信自己问：一次同意换一条通知，拒绝也不影响',
}
/** The press before it is carried out only after this answer. */
const agreeFor = (result: FactName, why = AGREE_TO_NOTICES.why): Act => ({ ...AGREE_TO_NOTICES, passing: false, why, result })

const HOME = { place: 'mini', page: 'pages/home/index' }
const PROGRESS = { place: 'mini', page: 'pages/visit/progress?id={order}' }
const HAND_OVER = { place: 'mini', page: 'pages/bill/delivery?id={order}' }
const REPORT = { place: 'mini', page: 'pages/visit/report?id={order}' }
const GIFT = { place: 'mini', page: '{card}' }
const ORDER = { place: 'workbench', page: '/console/repair-orders/{order}' }
const MESSAGES = { place: 'messages' }
const CHATS = { place: 'chats' }
const CHAT = { place: 'chats', page: HERO.seller }
const console = (page: string) => ({ place: 'workbench', page: `/console${page}` })

export const STEPS: readonly Step[] = [
  {
    number: 1, title: '扫码加好友', lesson: '欢迎语在 20 秒内送到，同一回调来三次也只有一位客户',
    acts: [
      { target: 'scan', why: '张伟在展厅，用微信扫一扫王芳的海报', at: CHATS },
      { target: 'scan-add', why: '加王芳为好友', result: 'isFriend' },
      { target: 'chat-mini-program', why: '欢迎语几秒就到，带着小程序卡片，点开它', at: CHAT },
    ],
  },
  {
    number: 2, title: '绑定爱车', lesson: '手机号 + VIN 后 6 位，两个身份合成一个人',
    acts: [
      { target: 'o12-phone', why: '用微信的手机号登录', at: HOME },
      { target: 'sheet-phone-allow', why: '微信自己问，只有本人能允许', result: 'hasPhone' },
      { target: 'o12-vin', why: '填 VIN 后 6 位（演示：000123），光有车牌不能绑定', type: '000123', at: HOME },
      { target: 'o12-consent', why: '优惠同意是单独的空框，不勾也能绑定；勾上，后面才收得到唤醒' },
      { target: 'o12-bind', why: '绑定', result: 'hasCar' },
      { target: 'o10-claim', why: '欢迎语送的券，领取时才占库存', at: GIFT },
      agreeFor('hasGift'),
    ],
  },
  {
    number: 3, title: '三下预约', lesson: '时间先保留 10 分钟，提交才占住',
    acts: [
      { target: 'o10-home', also: ['owner-tab-home'], why: '看看爱车：保养快到期了', at: HOME, isLook: true },
      { target: 'o1-slot', why: '第一下：点一个真的有空的时间', at: HOME },
      { target: 'o2-submit', why: '第二下：车、项目、门店、卡券都填好了' },
      agreeFor('isBooked', '第三下：一次同意换一条通知'),
    ],
  },
  {
    number: 4, title: '顾问确认', lesson: '卡片只更新一次，再点会说是谁、几点点的',
    acts: [{ target: 'card-button-0', why: '李敏的手机同时收到卡片，点 [确认]', staff: 'limin', at: MESSAGES, hand: 'confirmBooking', result: 'isConfirmed' }],
  },
  {
    number: 5, title: '到店、环车、报价授权', lesson: '环车照片和签字一起存证，授权的是看到的那一版',
    acts: [
      { target: 'clock-to-appointment', why: '时间走到预约前 10 分钟', hand: 'goToAppointment', result: 'isTime' },
      { target: 's2-check-in', why: '张伟到店，李敏接车', staff: 'limin', at: console('/today'), hand: 'checkIn', opens: true },
      { target: 's5-story-photos', why: '环车拍 6 张：先用演示照片', staff: 'limin', hand: 'walkAround', opens: true },
      { target: 's5-send', why: '都齐了，报告发给车主', staff: 'limin', at: { place: 'workbench', page: '/console/repair-orders/{order}/inspection' }, hand: 'walkAround', result: 'isInspected' },
      { target: 'o1-report', why: '车主的手机上：环车检查做完了', at: HOME },
      { target: 'signature', why: '看过照片，在这里签字', at: REPORT },
      { target: 'o4-sign', why: '签字和照片一起存证' },
      agreeFor('isSigned'),
      { target: 's4-estimate', why: '李敏报价，发给车主', staff: 'limin', at: ORDER, hand: 'estimate', result: 'isEstimated' },
      { target: 'o4-authorise', why: '报价自己出现了；只做您授权的项目', at: REPORT },
      agreeFor('isAuthorised'),
    ],
  },
  {
    number: 6, title: '施工直播与增项', lesson: '逐项由车主定，不确认就不做，承诺跟着变',
    acts: [
      { target: 's6-dispatch', why: '车间主管周涛派工，先看推荐的人和理由', staff: 'zhoutao', at: console('/workshop'), hand: 'dispatch', again: 'hasUndispatched', result: 'isGivenOut' },
      { target: 'card-button-0', why: '技师的卡片到了，点 [开始]，车主那边同时看到', staff: TECHNICIAN, at: MESSAGES, hand: 'start', result: 'isStarted' },
      { target: 's7-found', why: '拆开一看，发现三处，拍照上报', staff: TECHNICIAN, at: console('/my-jobs'), hand: 'find', result: 'isFound' },
      { target: 's4-price', why: '李敏定价并发给车主，限时半小时', staff: 'limin', at: ORDER, hand: 'price', result: 'isPriced' },
      { target: 'o3-extra', also: ['o1-extra'], why: '车主：有新发现，待您决定', at: PROGRESS },
      { target: 'o5-agree-red', why: '安全必须：同意' },
      { target: 'o5-agree-yellow', why: '建议近期：同意' },
      { target: 'o5-decline-green', why: '可选：暂不做，一样容易' },
      { target: 'o5-confirm', why: '确认我的决定，新的完工时间先算给您看' },
      agreeFor('isDecided'),
      { target: 'o5-progress', why: '回到进度，承诺已顺延并写明原因', at: PROGRESS, isLook: true },
    ],
  },
  {
    number: 7, title: '等配件、质检返工', lesson: '等配件改承诺要说原因；质检没过也如实说',
    acts: [
      { target: 's6-dispatch', why: '车主同意的，周涛逐项派下去', staff: 'zhoutao', at: console('/workshop'), hand: 'dispatch', again: 'hasUndispatched', result: 'isAllGivenOut' },
      { target: 's9-missing', why: '货架上少一样：孙磊报缺料，车主也看到要等到几点', staff: 'sunlei', at: console('/parts/picks'), hand: 'partsMissing', result: 'isShort' },
      { target: 's9-arrived', why: '配件到了', staff: 'sunlei', at: console('/parts/picks'), hand: 'partsArrived', result: 'isComplete' },
      { target: 's9-issue', why: '备好，发给技师', staff: 'sunlei', at: console('/parts/picks'), hand: 'handOutParts', result: 'isIssued' },
      { target: 's7-finish', why: '技师逐项做完，每项都有照片', staff: TECHNICIAN, at: console('/my-jobs'), hand: 'finish', again: 'hasJobsLeft', result: 'isWorkDone' },
      { target: 's8-fail', why: '刘洋质检，第一次没过', staff: 'liuyang', at: console('/quality'), hand: 'failCheck', result: 'isChecked' },
      { target: 's7-finish', why: '返工，车主看到「质检复检中」', staff: TECHNICIAN, at: console('/my-jobs'), hand: 'finish', again: 'hasJobsLeft', result: 'isWorkDone' },
      { target: 's8-pass', why: '复检通过', staff: 'liuyang', at: console('/quality'), hand: 'passCheck', result: 'isPassed' },
      { target: 's4-ready', why: '李敏通知车主：完工了', staff: 'limin', at: ORDER, hand: 'markReady', result: 'isReady' },
    ],
  },
  {
    number: 8, title: '账单、用券、付款', lesson: '只认微信的通知，金额核对一次，只付一笔',
    acts: [
      { target: 's4-bill', why: '李敏结算，已选最省的一张券', staff: 'limin', at: ORDER, hand: 'sendBill', result: 'isBilled' },
      { target: 'o3-bill', also: ['o1-bill'], why: '车主看账单', at: PROGRESS },
      { target: 'o6-pay', why: '只付授权过、做完了的' },
      { target: 'sheet-pay-confirm', why: '密码只在微信里输', result: 'isPaid' },
      AGREE_TO_NOTICES,
    ],
  },
  {
    number: 9, title: '取车与评价', lesson: '点两下也只有一次取车',
    acts: [
      { target: 's4-hand-over', why: '李敏交车：钥匙、旧件、结算单，逐项勾上', staff: 'limin', at: ORDER, hand: 'handOver', result: 'isHandedOver' },
      { target: 'o7-confirm', why: '都交给您了，确认取车', at: HAND_OVER, result: 'isPickedUp' },
    ],
  },
  {
    number: 10, title: '过 16 个月', lesson: '按规则算出来的流失，不是猜的',
    acts: [{ target: 'clock-16-months', why: '时间走 16 个月，夜里跑批', hand: 'sixteenMonths', result: 'isLongAgo' }],
  },
  {
    number: 11, title: '分群、审批、群发', lesson: '没人收两次，没人被忘掉',
    acts: [
      { target: 'm1-use', why: '林晓用「沉睡车主」分群做一次群发', staff: 'linxiao', at: console('/marketing/segments'), hand: 'draftBroadcast', result: 'isDrafted' },
      { target: 'm3-submit', why: '提交审批；审批人不能是本人', staff: 'linxiao', at: console('/marketing/broadcasts/{broadcast}'), hand: 'submitBroadcast', result: 'isSubmitted' },
      { target: 's16-agree', why: '店总赵建国看清楚再同意', staff: 'zhaojianguo', at: console('/approvals/{approval}'), hand: 'approveBroadcast', opens: true },
      { target: 'confirm-act', why: '再确认一次：到点才建群发任务', staff: 'zhaojianguo', hand: 'approveBroadcast', result: 'isAgreed' },
      { target: 'clock-to-broadcast', why: '时间走到计划开始，企业微信收到任务', hand: 'goToBroadcast', result: 'isRunning' },
      { target: 'staff-mass', why: '王芳的群发助手里有了任务', staff: 'wangfang' },
      { target: 'mass-confirm', why: '她不点确认，一条也发不出去', staff: 'wangfang', at: { place: 'mass' }, hand: 'confirmTasks', result: 'isTold' },
    ],
  },
  {
    number: 12, title: '唤醒回店，看效果', lesson: '和对照组比，说清有几分把握',
    acts: [
      { target: 'owner-chats', why: '张伟的微信响了' },
      { target: 'chat-wangfang', why: '王芳发来的', at: CHATS },
      { target: 'chat-mini-program', why: '点开卡片', at: CHAT },
      { target: 'o10-claim', why: '领券', at: GIFT },
      agreeFor('hasGift'),
      { target: 'o10-slot', why: '领完就能约', at: GIFT },
      { target: 'o2-submit', why: '又回来了' },
      agreeFor('isBack'),
      { target: 'clock-10-minutes', why: '过十分钟，送达结果从企业微信取回来', hand: 'fetchResults' },
      { target: 'm6-result', why: '林晓看效果：刚发完的还看不出；下面秋季那次满 30 天了，和对照组比得出来', staff: 'linxiao', at: console('/marketing/broadcasts/{broadcast}/result'), hand: 'lookAtResult', opens: true },
    ],
  },
]
