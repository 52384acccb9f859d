/** Words of the audit log. */
import type { AuditArea, AuditLine } from '@/api/audit'

const AREAS: Record<AuditArea, string> = {
  SEARCH: '大量查找', REVEAL: '看完整号码', EXPORT: '导出', PERMISSION: '人员、权限与登录', PRICE: '价格与优惠', OWNERSHIP: '归属与合并',
  POLICY: '规则与设置', IMPORT: '导入', PRIVACY: '个人信息', MONEY: '收款与退款', WORK: '工单与卡券',
}

export const AREA_CHOICES = Object.entries(AREAS).map(([value, word]) => ({ value, word }))
export const areaWord = (area: AuditArea): string => AREAS[area]

const THINGS: Record<string, string> = {
  customer: '客户', repair_order: '工单', coupon: '卡券', coupon_template: '卡券模板', vehicle: '车辆', staff: '同事', policy: '规则', refund: '退款',
  import_job: '导入', list_export: '导出', privacy_request: '个人信息请求', hand_over: '交车', outside_movement: '平台资金变动', parked_work: '停住的工作',
}

/** `customer:12` as 客户 12; a list of many has no number. */
export function thingWord(subject: string): string {
  const [kind = '', ...rest] = subject.split(':')
  return [THINGS[kind] ?? kind, rest.join(':')].filter(Boolean).join(' ')
}

/** Where a thing is looked at, if it has a page. */
export function thingPage(subject: string): string | null {
  const [kind, id] = subject.split(':')
  const pages: Record<string, string> = { customer: 'customers', repair_order: 'repair-orders', privacy_request: 'privacy-requests', import_job: 'imports' }
  return kind && id && pages[kind] ? `/${pages[kind]}/${id}` : null
}

/** What is known besides, as one line. */
export function factsOf(line: Pick<AuditLine, 'details'>): string {
  return Object.entries(line.details)
    .filter(([, value]) => value !== null && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('，')
}
