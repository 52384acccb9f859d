/**
 * The guided story: twelve steps from a scanned poster to a won-back owner. Each step is a chain of acts; an act points
 * at one target (a `data-story` id) and says in one sentence why. A press on the target, by hand or by 「替我点」, goes on.
 */

export interface Act {
  /** The `data-story` id that glows. */
  target: string
  why: string
  /** Typed into the target instead of a press. */
  type?: string
  /** Whose phone must be in the hands: a WeCom userid for the right one. */
  staff?: string
}

export interface Step {
  number: number
  title: string
  /** What the platform or the product just proved. */
  lesson: string
  acts: Act[]
}

export const STEPS: readonly Step[] = [
  {
    number: 1, title: '扫码加好友', lesson: '欢迎语在 20 秒内送到，同一回调来三次也只有一位客户',
    acts: [
      { target: 'scan', why: '左边手机扫王芳的海报，成为好友' },
      { target: 'chat-mini-program', why: '欢迎语带着小程序卡片，点开它' },
    ],
  },
  {
    number: 2, title: '绑定爱车', lesson: '手机号 + VIN 后 6 位，两个身份合成一个人',
    acts: [
      { target: 'o12-phone', why: '用微信的手机号登录' },
      { target: 'sheet-phone-allow', why: '微信自己问，只有本人能允许' },
      { target: 'o12-vin', why: '填 VIN 后 6 位，光有车牌不能绑定', type: '000001' },
      { target: 'o12-bind', why: '优惠同意是单独的空框，不勾也能绑定' },
    ],
  },
  {
    number: 3, title: '三下预约', lesson: '时间先保留 10 分钟，提交才占住',
    acts: [
      { target: 'o1-slot', why: '点一个真的有空的时间' },
      { target: 'o2-submit', why: '车、项目、门店、卡券都填好了' },
      { target: 'sheet-subscribe-allow', why: '一次同意换一条通知' },
    ],
  },
  {
    number: 4, title: '顾问确认', lesson: '卡片只更新一次，再点会说是谁、几点点的',
    acts: [{ target: 'card-button-0', why: '请点右边手机的 [确认]', staff: 'limin' }],
  },
  {
    number: 5, title: '到店、环车、报价授权', lesson: '环车照片和签字一起存证',
    acts: [
      { target: 'clock-1-day', why: '时间走到预约那天' },
      { target: 'staff-workbench', why: '李敏在工作台接车', staff: 'limin' },
      { target: 's2-check-in', why: '张伟到店了，点 [接车]' },
      { target: 's5-story-photos', why: '环车拍 6 张，演示里替您拍好' },
      { target: 's5-send', why: '把报告和报价发给车主' },
      { target: 'notice-latest', why: '左边手机收到通知，点开看' },
      { target: 'signature', why: '看过损伤和报价，签字' },
      { target: 'o4-authorise', why: '只做您授权的项目' },
    ],
  },
  {
    number: 6, title: '施工直播与增项', lesson: '逐项由车主定，不确认就不做，承诺跟着变',
    acts: [
      { target: 's6-dispatch', why: '车间主管派给陈志强', staff: 'zhou' },
      { target: 's7-start', why: '技师开工，车主那边同时看到', staff: 'chenzhiqiang' },
      { target: 's7-found', why: '发现前刹车片太薄，拍照上报' },
      { target: 's4-price', why: '李敏定价并发给车主', staff: 'limin' },
      { target: 'o5-agree-red', why: '安全必须：同意' },
      { target: 'o5-agree-yellow', why: '建议近期：同意' },
      { target: 'o5-decline-green', why: '可选：暂不做，一样容易' },
      { target: 'o5-confirm', why: '确认我的决定' },
    ],
  },
  {
    number: 7, title: '等配件、质检返工', lesson: '等配件改承诺要说原因；质检没过也如实说',
    acts: [
      { target: 's9-arrived', why: '配件到了', staff: 'parts' },
      { target: 's7-finish', why: '技师完工', staff: 'chenzhiqiang' },
      { target: 's8-fail', why: '质检第一次没过', staff: 'liuyang' },
      { target: 's8-pass', why: '返工后通过' },
    ],
  },
  {
    number: 8, title: '账单、用券、付款', lesson: '只认微信的通知，金额核对一次，只付一笔',
    acts: [
      { target: 's4-bill', why: '李敏结算', staff: 'limin' },
      { target: 'o6-pay', why: '已选最省的一张券' },
      { target: 'sheet-pay-confirm', why: '密码只在微信里输' },
    ],
  },
  { number: 9, title: '取车与评价', lesson: '点两下也只有一次取车', acts: [{ target: 'o7-confirm', why: '钥匙、旧件、结算单都交给您了' }] },
  { number: 10, title: '过 16 个月', lesson: '按规则算出来的流失，不是猜的', acts: [{ target: 'clock-16-months', why: '时间走 16 个月，夜里跑批' }] },
  {
    number: 11, title: '分群、审批、群发', lesson: '没人收两次，没人被忘掉',
    acts: [
      { target: 'm1-use', why: '林晓用分群做一次群发', staff: 'linxiao' },
      { target: 'm3-submit', why: '审批人不能是本人' },
      { target: 's16-agree', why: '赵建国同意', staff: 'zhaojianguo' },
      { target: 'staff-mass', why: '王芳在群发助手里确认', staff: 'wangfang' },
      { target: 'mass-confirm', why: '不确认就发不出去' },
    ],
  },
  {
    number: 12, title: '唤醒回店，看效果', lesson: '和对照组比，说清有几分把握',
    acts: [
      { target: 'chat-mini-program', why: '张伟收到卡片' },
      { target: 'o10-claim', why: '领券' },
      { target: 'o10-slot', why: '领完就能约' },
      { target: 'o2-submit', why: '又回来了' },
    ],
  },
]
