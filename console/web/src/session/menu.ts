/** The left menu: at most seven items by the custom of the trade, each with the page this person starts from. What a group
 * took from a role is not offered, and what it gave to one is. */
import type { Component } from 'vue'
import {
  AssignmentErrorIcon, CalendarIcon, ChartBarIcon, DeviceIcon, FileImportIcon, LockOnIcon, SettingIcon, SoundIcon, TaskIcon, ToolsIcon, UserListIcon, VehicleIcon, WalletIcon,
} from 'tdesign-icons-vue-next'
import type { Role, Session } from '@/api/session'

export interface MenuItem {
  key: string
  word: string
  to: string
  icon: Component
  /** Second key after G. */
  go?: string
}

interface Entry extends MenuItem {
  /** Whose everyday work it is. */
  roles: readonly Role[]
  /** Any of these actions opens the page. */
  opens: readonly string[]
}

const ENTRIES: readonly Entry[] = [
  { key: 'today', word: '今日', to: '/today', icon: CalendarIcon, go: 't', roles: ['SA', 'SVM', 'CRC', 'WC', 'CSH', 'GM', 'GRP', 'RGN'], opens: ['repair_orders.read'] },
  { key: 'workshop', word: '车间', to: '/workshop', icon: ToolsIcon, go: 'w', roles: ['SA', 'SVM', 'WC', 'TEC', 'QC', 'PRT', 'GM'], opens: ['repair_orders.read'] },
  { key: 'valet', word: '取送', to: '/my-valet-runs', icon: VehicleIcon, roles: ['DRV'], opens: ['valet.drive'] },
  { key: 'parts', word: '配件', to: '/parts/picks', icon: DeviceIcon, roles: ['PRT', 'SVM', 'WC', 'FIN'], opens: ['parts.read', 'parts.read_purchases'] },
  { key: 'cashier', word: '收银', to: '/cashier', icon: WalletIcon, roles: ['CSH', 'SA', 'SVM', 'FIN'], opens: ['bills.read'] },
  { key: 'customers', word: '客户', to: '/customers', icon: UserListIcon, go: 'k', roles: ['SA', 'SC', 'SM', 'DCC', 'CRC', 'SVM', 'GM'], opens: ['customers.read'] },
  { key: 'tasks', word: '任务', to: '/tasks', icon: TaskIcon, go: 'r', roles: ['SA', 'SC', 'SM', 'DCC', 'CRC', 'SVM'], opens: ['tasks.read', 'customers.follow_up'] },
  { key: 'marketing', word: '营销', to: '/marketing/segments', icon: SoundIcon, go: 'm', roles: ['MKT', 'CRC', 'GM', 'GRP', 'RGN', 'SM'], opens: ['segments.read', 'waking.read', 'campaigns.read', 'contact_ways.read'] },
  { key: 'reports', word: '报表', to: '/reports', icon: ChartBarIcon, roles: ['GM', 'RGN', 'GRP'], opens: ['reports.read'] },
  { key: 'parked-work', word: '运维', to: '/parked-work', icon: AssignmentErrorIcon, roles: ['ADM'], opens: ['parked_work.look_after'] },
  { key: 'imports', word: '导入', to: '/imports', icon: FileImportIcon, roles: ['GM', 'ADM'], opens: ['imports.run'] },
  { key: 'settings', word: '设置', to: '/settings', icon: SettingIcon, roles: ['ADM', 'GM', 'RGN', 'GRP', 'SM', 'SVM', 'DPO'], opens: ['settings.read', 'staff.stand_in', 'rights.read'] },
  { key: 'privacy', word: '隐私', to: '/privacy-requests', icon: LockOnIcon, roles: ['DPO', 'ADM'], opens: ['privacy.read', 'audit.read'] },
]

/** Where some roles begin instead: a technician's workshop is their own work, an inspector's is their list. */
const STARTS: Partial<Record<Role, Record<string, string>>> = {
  TEC: { workshop: '/my-jobs' },
  QC: { workshop: '/quality' },
  CRC: { marketing: '/marketing/waking' },
  ADM: { privacy: '/audit' },
  SM: { marketing: '/marketing/contact-ways' },
  FIN: { parts: '/parts/purchases' },
}

type Signed = Pick<Session, 'roles' | 'actions' | 'granted'>
const NOBODY: Signed = { roles: [], actions: [], granted: [] }

export function menuOf(signed: Signed | null): MenuItem[] {
  const { roles, actions, granted } = signed ?? NOBODY
  const isOffered = (entry: Entry) =>
    entry.opens.some((action) => granted.includes(action)) ||
    (entry.roles.some((role) => roles.includes(role)) && entry.opens.some((action) => actions.includes(action)))
  return ENTRIES.filter(isOffered).map((entry) => {
    const own = roles.map((role) => STARTS[role]?.[entry.key]).find(Boolean)
    return { key: entry.key, word: entry.word, to: own ?? entry.to, icon: entry.icon, go: entry.go }
  })
}

/** Where somebody lands after signing in: in a fresh group the way in; else their own first menu item, or approvals for those who only decide. */
export function homeOf(session: Signed, isFresh = false): string {
  const { roles } = session
  if (isFresh && roles.some((role) => role === 'ADM' || role === 'GM')) return '/settings/begin'
  if (roles.includes('MKT')) return '/marketing/segments'
  if (roles.includes('WC')) return '/workshop'
  if (roles.includes('CSH')) return '/cashier'
  return menuOf(session)[0]?.to ?? '/approvals'
}

/** One line of what each role does, for choosing a person in the demo. */
const JOBS: Partial<Record<Role, string>> = {
  SA: '确认预约、接车、报价、交车',
  SC: '加好友、跟线索，在群发助手点确认',
  SM: '分线索、看销售进度',
  DCC: '首呼线索、邀约到店',
  MKT: '分群、做券、安排群发',
  SVM: '管车间和售后，审批减免',
  WC: '派工、看工位、等配件',
  TEC: '施工、拍照、发现新问题',
  QC: '质检通过或返工，不检自己做的活',
  PRT: '备料、查库存、报到货',
  CSH: '收款、交班',
  CRC: '回访、招徕、接投诉',
  FIN: '退款复核、对账',
  GM: '看全店，审批活动和退款',
  RGN: '看区域，审批大额',
  GRP: '看集团，审批大额',
  ADM: '开账号、改参数',
  DPO: '管同意台账和隐私请求',
  DRV: '上门取车、送车、救援',
}

export function jobOf(roles: readonly Role[]): string {
  return roles.map((role) => JOBS[role]).find(Boolean) ?? ''
}
