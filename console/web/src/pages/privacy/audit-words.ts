/** Words of the audit log. */
import type { AuditArea, AuditLine } from '@/api/audit'
import { PROPOSAL_WORDS, ROLE_WORDS } from '@/pages/settings/people/words'

const AREAS: Record<AuditArea, string> = {
  SEARCH: '大量查找', REVEAL: '看完整号码', EXPORT: '导出', PERMISSION: '人员、权限与登录', PRICE: '价格与优惠', OWNERSHIP: '归属与合并',
  POLICY: '规则与设置', IMPORT: '导入', PRIVACY: '个人信息', MONEY: '收款与退款', WORK: '工单与卡券',
}

export const AREA_CHOICES = Object.entries(AREAS).map(([value, word]) => ({ value, word }))
export const areaWord = (area: AuditArea): string => AREAS[area]

const THINGS: Record<string, string> = {
  customer: '客户', repair_order: '工单', coupon: '卡券', coupon_template: '卡券模板', coupon_finding: '卡券风险', vehicle: '车辆', staff: '同事', policy: '规则', refund: '退款',
  import_job: '导入', list_export: '导出', privacy_request: '个人信息请求', hand_over: '交车', outside_movement: '平台资金变动', reconciliation_day: '对账日', reconciliation_difference: '对账差异', parked_work: '停住的工作',
  webhook: '推送地址', api_key: '接口密钥', store: '门店', region: '区域', bay: '工位', bay_closure: '工位停用', store_weekday: '营业时间', store_closure: '特别日期', team: '班组',
  shift: '班次', staff_absence: '请假', certificate: '证书', labour_rate: '工时单价', item_price: '项目价格', service_item: '服务项目', part: '配件', vehicle_model: '车型',
  custom_field: '自定义字段', bill: '账单', payment: '付款', broadcast: '群发计划', standing_plan: '定期计划', moment: '企业朋友圈', moment_part: '朋友圈任务', group_post: '客户群群发', group_post_task: '客户群群发任务', contact_way: '渠道活码', acquisition_quota: '获客额度', segment: '分群', tag: '标签', appointment: '预约', survey: '评价', complaint: '投诉', bill_dispute: '账单异议',
  invoice_request: '开票申请', binding: '车辆绑定', additional_work: '增项', directory_rule: '通讯录规则', wording: '通知文案', consent_text: '同意说明', holiday_notice: '放假通知',
  holiday: '放假与调休', service_package: '套餐', package_item: '套餐项目', dealer_group: '集团', retention_run: '到期清理', send_task: '群发任务', task: '招徕任务', right: '权限', merge: '合并',
  loan_car: '代步车', supplier: '供应商', part_minimum: '最低库存', part_alternative: '替代件', service_package_item: '套餐项目', kpi_target: '经营目标', valet_area: '取送范围', forbidden_word: '集团禁用词', safety_recall: '厂家召回',
  approval: '审批', audit_check: '日志核对', cashier_shift: '收银班次', deposit: '预存款', document: '单据', inbox_message: '来信', job: '后台工作', message: '消息', monthly_account: '月结账户', part_request: '领料', part_ask: '申领', part_stock: '库存',
  part_transfer: '调拨单', gate_arrival: '到门口的车', booking_talk: '对话里的预约', lending: '代步车借还', pick_list: '备料单', purchase_order: '采购单', reach_ask: '触达', receivable: '应收', repair_line: '维修项目', stock_take: '盘点单', valet_run: '取送车', wall_screen: '大屏', webhook_delivery: '推送',
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

const FACTS: Record<string, string> = {
  rows: '行数', list: '列表', before: '改前', after: '改后', counts: '结果', name: '名称', stores: '门店', scopes: '可做的事', events: '事件', url: '地址', columns: '列', items: '件数',
  role: '岗位', roles: '岗位', kind: '类别', reason: '原因', deputy_id: '代理人', days: '日期', value: '值', state: '状态', succession_id: '交接', store_id: '门店', missing: '没有的好友',
  from: '原来', to: '改为', was: '改前', words: '文案', effective_from: '从', effective_on: '从', text_version: '版本', removed: '清理', did: '办了什么', fields: '字段', records: '写入', further: '接着看',
  search: '按字找', states: '客户状态', staff: '同事', staff_id: '同事', store: '门店', merge: '合并', vehicle_id: '车辆', customer_id: '客户', right: '权限', bad: '问题',
  group: '标签组', tag: '标签', segment: '分群', pairs: '告诉企业微信几处', sha256: '文件指纹', file: '文件', entry: '撤回的那一条', NEW: '新增', SAME: '相同', CHANGED: '补全', REFUSED: '未导入',
}
const FINGERPRINT_SHOWN = 12
const BY_CODE: Record<string, Record<string, string>> = { role: ROLE_WORDS, roles: ROLE_WORDS, kind: PROPOSAL_WORDS }

/** `SA@南山店` as 服务顾问（南山店）, `DPO@group` as 隐私负责人（集团）. */
function roleHeld(text: string): string | null {
  const [role = '', place] = text.split('@')
  const word = (ROLE_WORDS as Record<string, string>)[role]
  return word && place ? `${word}（${place === 'group' ? '集团' : place}）` : null
}

/** A value as people read it: lists and groups of values without the marks of a program. */
function told(value: unknown, key = ''): string {
  if (Array.isArray(value)) return value.map((each) => told(each, key)).join('、')
  if (value !== null && typeof value === 'object') {
    return Object.entries(value)
      .map(([name, each]) => `${FACTS[name] ?? name} ${told(each)}`)
      .join('，')
  }
  if (value === null || value === '') return '空'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'string') return BY_CODE[key]?.[value] ?? roleHeld(value) ?? (key === 'sha256' ? value.slice(0, FINGERPRINT_SHOWN) : value)
  return String(value)
}

/** What is known besides, as one line. */
export function factsOf(line: Pick<AuditLine, 'details'>): string {
  return Object.entries(line.details)
    .filter(([, value]) => value !== null && value !== '' && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0))
    .map(([key, value]) => `${FACTS[key] ?? key}：${told(value, key)}`)
    .join('；')
}
