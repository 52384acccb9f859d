/**
 * The entries under 设置: one line for each page, shown to whoever may ever do its action; the lists come from the
 * server.
 */
import type { RouteLocationRaw } from 'vue-router'
import type { SettingListEntry } from '@/api/settings'

export interface Area {
  /** Its route, which lies in `routes.ts` or elsewhere. */
  name: string
  word: string
  what: string
  /** Whoever may never do this does not see it. */
  action: string
}

export interface AreaGroup {
  word: string
  areas: readonly Area[]
}

/** An area as the index shows it. */
export interface ShownArea {
  key: string
  word: string
  what: string
  /** What somebody should enter by now. */
  warning: string
  to: RouteLocationRaw
}

export const GROUPS: readonly AreaGroup[] = [
  { word: '门店与排班', areas: [] },
  {
    word: '项目与价格',
    areas: [{ name: 'coupon-templates', word: '卡券模板', what: '写券、提交审批、启用和停发', action: 'coupon_templates.run' }],
  },
  {
    word: '人员与权限',
    areas: [
      { name: 'address-book', word: '通讯录', what: '企业微信里新来、调动、离开的人，逐条定', action: 'staff.manage' },
      { name: 'members', word: '员工与角色', what: '谁担任什么岗位，能做什么、为什么', action: 'rights.read' },
      { name: 'rights', word: '权限表', what: '每个岗位能做什么、做到哪里', action: 'rights.read' },
      { name: 'deputies', word: '代理人', what: '谁哪几天不在，谁替他们办', action: 'staff.stand_in' },
      { name: 'friends', word: '好友核对', what: '企业微信好友和这里对上', action: 'customers.compare_friends' },
      { name: 'successions', word: '离职交接', what: '名下的一次交给别人', action: 'staff.hand_over' },
    ],
  },
  { word: '规则与文字', areas: [
    { name: 'policies', word: '规则参数', what: '系统按哪些数办事，集团和门店各定各的', action: 'policies.change' },
    { name: 'wordings', word: '通知文案', what: '发给车主和员工的通知，用自己的话说', action: 'messages.word' },
  ] },
  {
    word: '数据与隐私',
    areas: [{ name: 'imports', word: '数据导入', what: '把别的系统导出的表格搬进来', action: 'imports.run' }],
  },
  {
    word: '系统运行',
    areas: [
      { name: 'api-keys', word: '开放接口', what: 'DMS、ERP 这些系统的接口密钥', action: 'partners.keep_keys' },
      { name: 'webhooks', word: '回调推送', what: '门店里发生的事，推送给对方系统', action: 'webhooks.keep' },
      { name: 'begin', word: '开始使用', what: '从空库到第一位车主，还差哪些；连接通不通', action: 'stores.change' },
      { name: 'parked-work', word: '运维', what: '系统自己没做成的事：看原因，再试或不做', action: 'parked_work.look_after' },
    ],
  },
]

/** What somebody with these actions sees; a group without anything is left out. */
export function areasFor(actions: readonly string[], lists: readonly SettingListEntry[]): { word: string; areas: ShownArea[] }[] {
  return GROUPS.map(({ word, areas }) => ({
    word,
    areas: [
      ...lists.filter(({ group }) => group === word).map((list) => ({ key: list.key, word: list.word, what: list.what, warning: list.warning, to: { name: 'setting-list', params: { list: list.key } } })),
      ...areas.filter(({ action }) => actions.includes(action)).map((area) => ({ key: area.name, word: area.word, what: area.what, warning: '', to: { name: area.name } })),
    ],
  })).filter(({ areas }) => areas.length > 0)
}
