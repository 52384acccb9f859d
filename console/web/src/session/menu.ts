/** The left menu by role: at most seven items, each with the page this person starts from. */
import type { Component } from 'vue'
import {
  AssignmentIcon, CalendarIcon, DeviceIcon, SoundIcon, ToolsIcon, UserListIcon, WalletIcon,
} from 'tdesign-icons-vue-next'
import type { Role } from '@/api/session'

export interface MenuItem {
  key: string
  word: string
  to: string
  icon: Component
  /** Second key after G. */
  go?: string
}

interface Entry extends MenuItem {
  roles: readonly Role[]
}

const ENTRIES: readonly Entry[] = [
  { key: 'today', word: '今日', to: '/today', icon: CalendarIcon, go: 't', roles: ['SA', 'SVM', 'CRC', 'WC', 'CSH', 'GM', 'GRP', 'RGN'] },
  { key: 'workshop', word: '车间', to: '/workshop', icon: ToolsIcon, go: 'w', roles: ['SA', 'SVM', 'WC', 'TEC', 'QC', 'PRT', 'GM'] },
  { key: 'parts', word: '配件', to: '/parts/picks', icon: DeviceIcon, roles: ['PRT', 'SVM', 'WC'] },
  { key: 'cashier', word: '收银', to: '/cashier', icon: WalletIcon, roles: ['CSH', 'SA', 'SVM', 'FIN'] },
  { key: 'customers', word: '客户', to: '/customers', icon: UserListIcon, go: 'k', roles: ['SA', 'SC', 'SM', 'DCC', 'CRC', 'SVM', 'GM'] },
  { key: 'tasks', word: '任务', to: '/tasks', icon: AssignmentIcon, roles: ['CRC', 'SA', 'SC', 'SM', 'DCC'] },
  { key: 'marketing', word: '营销', to: '/marketing/segments', icon: SoundIcon, go: 'm', roles: ['MKT', 'GM', 'GRP', 'RGN'] },
]

/** Where some roles begin instead: a technician's workshop is his own work, an inspector's is his list. */
const STARTS: Partial<Record<Role, Record<string, string>>> = {
  TEC: { workshop: '/my-jobs' },
  QC: { workshop: '/quality' },
}

export function menuOf(roles: readonly Role[]): MenuItem[] {
  return ENTRIES.filter((entry) => entry.roles.some((role) => roles.includes(role))).map((entry) => {
    const own = roles.map((role) => STARTS[role]?.[entry.key]).find(Boolean)
    return { key: entry.key, word: entry.word, to: own ?? entry.to, icon: entry.icon, go: entry.go }
  })
}

/** Where somebody lands after signing in: his own first menu item, or approvals for those who only decide. */
export function homeOf(roles: readonly Role[]): string {
  if (roles.includes('MKT')) return '/marketing/segments'
  if (roles.includes('WC')) return '/workshop'
  if (roles.includes('CSH')) return '/cashier'
  return menuOf(roles)[0]?.to ?? '/approvals'
}

const APPROVERS: readonly Role[] = ['GM', 'GRP', 'RGN', 'SVM', 'FIN', 'SM']

export function mayApprove(roles: readonly Role[]): boolean {
  return roles.some((role) => APPROVERS.includes(role))
}
