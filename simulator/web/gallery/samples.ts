import type {
  Bill, BookingOffer, Coupon, CouponOffer, Delivery, Estimate, Extra, Focus, Home, OwnerVehicle, Photo, Progress, Survey,
} from '@/owner/types'

const at = (time: string, on = '2026-11-23') => `${on}T${time}:00+08:00`
const drawing = (word: string) =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="72" height="72" fill="#dfe5ee"/><text x="36" y="34" text-anchor="middle" font-size="13" fill="#445">${word}</text></svg>`)}`
const photo = (label: string): Photo => ({ url: drawing(label), label })

export const vehicle: OwnerVehicle = { id: 1, model_name: '云帆 X6 2.0T 豪华', plate: '粤B·D1245', last_mileage_km: 11420 }
const advisor = { name: '李敏', chat_url: null }

const due: Focus = {
  kind: 'due',
  due: {
    service_name: '小保养', due_on: '2026-12-12', last_on: '2026-03-10', km_per_day: 36, minutes: 60, price_fen: 66800, store_name: '深圳南山店',
    slots: [
      { id: 'a', starts_at: at('09:30', '2026-11-24'), left: 2 },
      { id: 'b', starts_at: at('10:00', '2026-11-25'), left: 1 },
      { id: 'c', starts_at: at('08:30', '2026-11-26'), left: 3 },
    ],
  },
}
const home = (focus: Focus): Home => ({
  vehicle, vehicles: [vehicle, { ...vehicle, id: 2 }], focus, coupons_usable: 2, best_coupon_name: '小保养立减 100',
  insurance_ends_on: '2027-01-04', inspection_due_on: '2028-03-31', visits: 2, advisor,
})
export const homes: Home[] = [
  home(due),
  home({ kind: 'booked', appointment: { id: 1, state: 'REQUESTED', starts_at: at('09:30', '2026-11-24'), store_name: '深圳南山店', items: '小保养', changes_left: 2 } }),
  home({ kind: 'decide', what: 'extra', repair_order_id: 1, items: 3, answer_by: at('10:59') }),
  home({ kind: 'in_repair', repair_order_id: 1, promised_at: at('12:55'), doing: '前刹车片', done: 1, total: 3 }),
]

export const booking: BookingOffer = {
  hold_id: 'h', held_until: '2026-11-23T10:35:58+08:00', starts_at: at('09:30', '2026-11-24'), minutes: 60, store_name: '深圳南山店', vehicle,
  item: { code: 'minor', name: '小保养', labour_fen: 24000, parts_fen: 42800, last_on: null, months_since: null },
  extras: [{ code: 'cabin', name: '空调滤芯', labour_fen: 4800, parts_fen: 19800, last_on: '2024-10-11', months_since: 25 }],
  coupon: { id: 1, name: '小保养立减100', reduction_fen: 10000 },
}

export const progress: Progress = {
  repair_order_id: 1, number: 'RO-S01-261123-0231', promised_at: at('12:55'), first_promised_at: at('11:30'), delay_reason: '增项', delay_minutes: 85,
  done: 1, total: 3, doing: { line: '前刹车片', technician: '陈志强', bay: '快保 2 号工位', started_at: at('11:04') }, standing: null,
  next: ['空调滤芯', '质检', '洗车'], advisor, notices_left: 1, waiting_for_owner: null,
  nodes: [
    { number: 7, at: at('11:04'), kind: 'now', sentence: '前刹车片开工', photos: [photo('施工前')] },
    { number: 6, at: at('11:02'), kind: 'done', sentence: '小保养完成', photos: [photo('前'), photo('后'), photo('旧件')] },
    { number: 5, at: at('10:40'), kind: 'yours', sentence: '您同意 2 项，1 项暂不做', photos: [] },
    { number: 4, at: at('10:02'), kind: 'done', sentence: '派工 陈志强 · 快保 2 号', photos: [] },
    { number: 3, at: at('09:55'), kind: 'yours', sentence: '您已授权 668.00 元', photos: [] },
    { number: 2, at: at('09:48'), kind: 'done', sentence: '环车检查', photos: ['左前', '右前', '左后', '右后', '仪表', '后备', '顶', '内饰'].map(photo) },
    { number: 1, at: at('09:36'), kind: 'done', sentence: '接车 李敏 · 21,180 公里', photos: [] },
  ],
}

export const estimate: Estimate = {
  repair_order_id: 1, version: 1, signed_at: null, total_fen: 66800, promised_at: at('11:30'), keep_old_parts: false,
  inspection: {
    at: at('09:48'), mileage_km: 21180, fuel: '1/2', belongings: '行车记录仪',
    marks: [{ part: '右后门', damage: '划痕 约 8 厘米', photo: null }], photos: ['左前', '右前', '左后', '右后', '仪表', '右后门'].map(photo),
  },
  lines: [{ id: 1, name: '小保养', labour_fen: 24000, parts_fen: 42800 }],
}

export const extra: Extra = {
  id: 1, version: 2, answer_by: at('10:59'), state: 'SENT', promised_at: at('11:30'), advisor, decided_at: null,
  items: [
    { id: 1, urgency: 'RED', name: '前刹车片', finding: '前刹车片剩 2.1 毫米', rule: '低于 3 毫米要换', photos: [photo('照片'), photo('测量')], video_seconds: 12, labour_fen: 28800, parts_fen: 68000, extra_minutes: 72, decision: null },
    { id: 2, urgency: 'YELLOW', name: '空调滤芯', finding: '空调滤芯发黑', rule: null, photos: [photo('照片')], video_seconds: null, labour_fen: 4800, parts_fen: 19800, extra_minutes: 12, decision: null },
    { id: 3, urgency: 'GREEN', name: '空调清洗', finding: '空调清洗', rule: null, photos: [], video_seconds: null, labour_fen: 14400, parts_fen: 12000, extra_minutes: 36, decision: null },
  ],
}

export const bill: Bill = {
  id: 1, repair_order_id: 1, repair_order_number: 'RO-S01-261123-0231', store_name: '深圳南山店', advisor_name: '李敏', state: 'SENT', version: 1,
  lines: [
    { name: '小保养', labour_fen: 24000, parts_fen: 42800, total_fen: 66800, authorised_at: at('09:55') },
    { name: '前刹车片', labour_fen: 28800, parts_fen: 68000, total_fen: 96800, authorised_at: at('10:40') },
    { name: '空调滤芯', labour_fen: 4800, parts_fen: 19800, total_fen: 24600, authorised_at: at('10:40') },
  ],
  total_fen: 188200, coupon: { id: 1, name: '小保养立减100', reduction_fen: 10000 }, due_fen: 178200, paid_at: null,
}

export const delivery = (state: Delivery['state']): Delivery => ({
  repair_order_id: 1, quality_passed_at: at('12:36'), inspector: '刘洋', paid_fen: 178200, handed_over: '钥匙 1 把、旧件（您选了带走）、结算单',
  advisor_name: '李敏', warranty: '本次维修质保 10 天或 2,000 公里', state, confirmed_at: state === 'CONFIRMED' ? at('12:58') : null,
  next_service: { due_on: '2027-08-14', due_km: 31180 },
})

export const survey: Survey = {
  id: 1, store_name: '深圳南山店', plate: '粤B·D1245', answered_at: null,
  questions: [
    { id: 'nps', text: '您愿意把我们推荐给朋友吗？', kind: 'score' },
    { id: 'fixed', text: '问题一次修好了吗？', kind: 'yes_no' },
    { id: 'on_time', text: '按说好的时间交车了吗？', kind: 'yes_no' },
    { id: 'word', text: '还想对我们说什么？', kind: 'text' },
  ],
}

export const coupons: Coupon[] = [
  { id: 1, state: 'ISSUED', name: '工时 8 折', rule: '最高减 200.00 元', stores: '三家门店可用', claim_by: at('23:59'), valid_to: null, locked_by: null },
  { id: 2, state: 'AVAILABLE', name: '小保养立减 100.00 元', rule: '满 400.00 元可用', stores: '三家门店', claim_by: null, valid_to: '2027-01-05', locked_by: null },
  { id: 3, state: 'LOCKED', name: '免费 32 项检测', rule: '到店出示', stores: '三家门店', claim_by: null, valid_to: '2027-01-20', locked_by: '已被 11月23日的预约占用' },
  { id: 4, state: 'REDEEMED', name: '生日免费洗车', rule: '到店出示', stores: '三家门店', claim_by: null, valid_to: null, locked_by: null },
]

export const offer: CouponOffer = {
  token: 't', from_name: '王芳', store_name: '深圳南山店', name: '工时 8 折', rule: '最高减 200.00 元', valid_days: 90, stores: '三家门店可用',
  stacking: '可与满减券同用', left: 2871, ends_at: at('23:59', '2026-11-27'), claimed: false,
  slots: [{ id: 'a', starts_at: at('09:00', '2026-11-25'), left: 1 }, { id: 'b', starts_at: at('10:30', '2026-11-25'), left: 1 }],
  why: '您在 深圳南山店 保养过，上次 2026-03-10，并在 2025-08-02 同意接收企微优惠。',
}
