/** As much of the owner API as one visit needs, each answer in the shape of the API document's. */

const VEHICLE = { id: 7, series: '云帆X6', trim: '2.0T 豪华', plate: '粤BD1245', mileage_km: 21180 }
const ITEM = { item_id: 3, name: '小保养', minutes: 60, labour_fen: 24000, parts_fen: 42800, is_maintenance: true, is_chosen: true }
const FILTERS = { item_id: 4, name: '空调滤芯', minutes: 15, labour_fen: 4800, parts_fen: 19800, is_maintenance: false, is_chosen: false }
const BRAKES = {
  line_id: 31, urgency: 'RED', name: '前刹车片', finding: '剩 2.1 毫米',
  photos: [{ url: '/media/a.jpg', label: '发现', kind: 'PHOTO', poster_url: null }, { url: '/media/b.mp4', label: '测量', kind: 'VIDEO', poster_url: '/media/b.jpg' }], payer: 'CP', labour_fen: 28800, parts_fen: 68000, deductible_fen: 0, extra_minutes: 75,
  decision: null, needs_signature_to_decline: true,
}
const FILTER = { ...BRAKES, line_id: 32, urgency: 'YELLOW', name: '空调滤芯', labour_fen: 4800, parts_fen: 19800, extra_minutes: 15, needs_signature_to_decline: false }
const MESSAGES = ['S-APPT-RESULT', 'S-APPT-REMINDER', 'S-PROGRESS', 'S-EXTRA', 'S-BILL', 'S-RECEIPT', 'S-SURVEY', 'S-COUPON-EXPIRING', 'S-COUPON-ARRIVED', 'S-ANSWER', 'S-PRIVACY']
const PRIVACY_TEXT = {
  purpose: 'MARKETING_WECOM', title: '企业微信优惠信息', text: '本集团用您的企业微信好友关系，向您发送保养提醒和优惠。随时可以撤回。', text_version: '2026-01', given_at: null,
}
const NAMED = {
  vehicle_id: 7, series: '云帆X6', plate: '粤BD1245', phone: '139****1111', limit_fen: 200000, until_on: null, named_at: '2026-11-20T10:00:00+08:00',
  accepted_at: '2026-11-20T11:00:00+08:00', ended_at: null, end_reason: '', version: 2,
}
const NOT_ASKED = { kind: null, is_agreed: false, title: '', words: '', consent: null }
const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString()

export class Server {
  hasPhone = false
  hasVehicle = false
  focus = { kind: 'due', due_on: '2026-12-12', last_on: '2026-03-10', km_per_day: 36 }
  part = { is_owner: true, sees_sums: true, allowance: null, refusal: null }
  /** As the owner reads it: with what follows from what is agreed, in the server's own figures. */
  shown = (sheet) => ({ ...sheet, readers_part: this.part, newest_id: sheet.id, outlook: this.outlook(sheet.items.filter(({ decision }) => decision === 'APPROVED')) })
  outlook = (agreed) => ({
    agreed: agreed.length, total_fen: agreed.reduce((sum, item) => sum + item.labour_fen + item.parts_fen, 0), promised_at: this.promisedWith, is_within_limit: true,
  })
  promisedWith = '2026-11-23T17:25:00+08:00'
  sheet = { id: 5, repair_order_id: 9, version: 1, state: 'SENT', decide_by: inMinutes(30), decided_at: null, promised_at: inMinutes(60), first_promised_at: inMinutes(60), items: [BRAKES, FILTER], advisor: '李敏', phone: '0755-86000001-802' }
  progress = {
    id: 9, number: 'RO-S01-261123-0231', store: '深圳南山店', series: '云帆X6', plate: '粤BD1245', state: 'IN_PROGRESS', title: '施工中', standing: null,
    promised_at: inMinutes(60), first_promised_at: inMinutes(60), delay_reason: null, delay_minutes: 0, done: 0, total: 1, doing: null, coming: ['小保养', '质检', '洗车'], is_finished: false, is_over: false,
    nodes: [], advisor: '李敏', notices_left: 1, is_owner: true, sees_sums: true, allowance: null, waiting_for_owner: null, additional_work_id: null, last_number: 4,
  }
  bill = {
    id: 11, repair_order_id: 9, repair_order_number: 'RO-S01-261123-0231', store: '深圳南山店', advisor: '李敏', state: 'SENT', version: 2,
    jobs: [{ name: '小保养', labour_fen: 24000, parts_fen: 42800, total_fen: 66800, authorised_at: inMinutes(-90) }], subtotal_fen: 66800,
    discounts: [], total_fen: 66800, paid_fen: 0, payments: [], prepaid_fen: 0, deposit_fen: 0, disputed_fen: 0, refunded_fen: 0, due_fen: 66800, paid_at: null, hint: '没有可用的卡券', choices: [], is_made_out_to_them: true,
  }
  privacy = { held: [{ heading: '到店记录', records: 2, kept_days: null }], offers: [PRIVACY_TEXT], ledger: [], requests: [], is_marketing_stopped: false, days_to_answer: 15, quiet_hours: [] }
  invoice = { bill_id: 11, amount_fen: 66800, refusal: null, titles: [{ id: 1, kind: 'COMPANY', name: '鹏城物流有限公司', tax_number: '91440300MA5DEMO9X1', address: '', phone: '', bank: '', account: '', email: '' }], requests: [] }
  disputes = {
    bill_id: 11, may_wait: true, refusal: null, disputes: [],
    lines: [{ line_no: 1, kind: 'LABOUR', name: '小保养', payable_fen: 24000, waiting_id: null }, { line_no: 2, kind: 'PARTS', name: '小保养', payable_fen: 42800, waiting_id: null }],
  }
  refunds = {
    bill_id: 11, most_fen: 66800, refusal: null, refunds: [],
    lines: [{ line_no: 1, kind: 'LABOUR', name: '小保养', paid_fen: 24000, left_fen: 24000 }, { line_no: 2, kind: 'PARTS', name: '小保养', paid_fen: 42800, left_fen: 42800 }],
  }
  dates = [
    { kind: 'INSURANCE', label: '保险到期', ends_on: null, days_left: null, by: null, by_name: '', recorded_at: null },
    { kind: 'INSPECTION', label: '年检有效期', ends_on: '2028-03-31', days_left: 490, by: 'STORE', by_name: '李敏', recorded_at: '2026-03-10T10:00:00+08:00' },
  ]
  estimate = {
    repair_order_id: 9, version: 1, state: 'SENT', lines: [{ line_id: 1, name: '小保养', payer: 'CP', labour_fen: 24000, parts_fen: 42800, minutes: 60, deductible_fen: 0 }], total_fen: 66800, left_fen: null,
    promised_finish_at: inMinutes(90), sent_at: inMinutes(-5), decided_at: null, keeps_old_parts: null, decline_reason: '', decline_terms: '暂不维修不收费用。',
    decline_causes: [{ cause: 'PRICE', words: '价格不合适' }, { cause: 'OTHER', words: '其他原因' }], advisor: '李敏', phone: '0755-86000001-802',
  }
  notes = []
  lent = []
  ask = NOT_ASKED
  code = 'https://wework.qpic.cn/code.png'
  deposits = []
  surveys = []
  wallet = { available: [], to_claim: [], in_use: [], history: [] }
  gift = {
    name: '小保养立减100', kind: 'CASH', rule: '满 500.00 元可用', stores: '全部门店', stacking: '', valid_days: 30, left: 12, ends_at: null, state: 'open', coupon_id: null,
    needs_vehicle: true, from_name: '李敏', store_name: '深圳南山店', why: null, booking: null,
  }
  family = {
    named: [
      { ...NAMED, id: 3, name: '王芳', state: 'ACTIVE', standing: '已授权', is_over: false },
      { ...NAMED, id: 2, name: '小李', state: 'ENDED', standing: '已到期', is_over: true },
    ],
    invitations: [], cars: [{ id: 7, series: '云帆X6', plate: '粤BD1245' }],
  }
  notices = [
    { notice: 'bill', title: 'S-BILL', when: '账单出来了', ways: ['微信通知'], accepts_left: 1, is_on: true, why_on: '和您在修的车、付的钱有关，一直会发' },
    { notice: 'survey', title: 'S-SURVEY', when: '取车两天后', ways: ['微信通知'], accepts_left: 0, is_on: true, why_on: null },
  ]
  car = VEHICLE
  booked = []
  cars = [VEHICLE]
  /** Everything that was written, with the key of its intent. */
  written = []
  /** Calls that get no answer, as on a phone without network; a number for each path. */
  lost = new Map()
  /** Calls that are refused: status, code and sentence for each. */
  refused = new Map()
  sessions = 0
  offer = {
    items: [ITEM, FILTERS], packages: [], minutes: 60, total_fen: 66800, hold_minutes: 10, confirm_within_minutes: 120, changes: 2, change_minutes_before: 120,
    calendar: {
      store_id: 1, day: '2026-11-23', last_day: '2027-01-02',
      stores: [
        { id: 1, name: '云帆深圳南山店', short_name: '深圳南山店', city: '深圳', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, phone: '0755', opens_minute: 510, closes_minute: 1080, is_chosen: true, first_free: '2026-11-23T09:30:00+08:00', free_days: ['2026-11-23'] },
        { id: 2, name: '云帆深圳福田店', short_name: '深圳福田店', city: '深圳', address: '', latitude: null, longitude: null, phone: '0755', opens_minute: 510, closes_minute: 1080, is_chosen: false, first_free: null, free_days: null },
      ],
      days: [
        { day: '2026-11-23', free_starts: 2, first_free: '2026-11-23T09:30:00+08:00', reason: null },
        { day: '2026-11-24', free_starts: 0, first_free: null, reason: '当天已约满。' },
      ],
      slots: [{ starts_at: '2026-11-23T09:30:00+08:00', places_left: 2, reason: null }, { starts_at: '2026-11-23T10:00:00+08:00', places_left: 0, reason: '已约满' }],
    },
  }
  get withFilter() {
    const items = this.offer.items.map((item) => ({ ...item, is_chosen: true }))
    const coupons = [{ ...this.coupons[0], is_best: false, payable_fen: 81400 }, { ...this.coupons[1], reason: null, is_best: true, discount_fen: 20000, payable_fen: 71400 }]
    return { offer: { ...this.offer, items, minutes: 70, total_fen: 91400 }, coupons, booked_id: null }
  }
  coupons = [
    { coupon_id: 21, name: '小保养立减100', discount_fen: 10000, payable_fen: 56800, is_best: true, reason: null },
    { coupon_id: 22, name: '工时 8 折', discount_fen: 0, payable_fen: 66800, is_best: false, reason: '满 400.00 元工时可用' },
  ]

  answer = ({ method, path, query, body, header }) => {
    const name = `${method} ${path.replace('/api/owner', '')}`
    const lost = this.lost.get(name) ?? 0
    if (method !== 'GET') this.written.push({ name, body, key: header['Idempotency-Key'] })
    if (lost > 0) {
      this.lost.set(name, lost - 1)
      throw new Error('timeout')
    }
    const wanted = Number(query.get('vehicle_id'))
    if (name === 'GET /home' && wanted && !this.cars.some(({ id }) => id === wanted)) return { status: 404, body: { error: { code: 'not_found', message: '没找到这辆车。', details: {} } } }
    if (name === 'POST /sessions') {
      this.sessions += 1
      return { status: 201, body: { token: `token-${this.sessions}`, customer_id: 1, has_phone: this.hasPhone, has_vehicle: this.hasVehicle, group: '远航' } }
    }
    if (header.Authorization !== `Bearer token-${this.sessions}`) return { status: 401, body: { error: { code: 'unauthenticated', message: '请重新登录。', details: {} } } }
    const refused = this.refused.get(name)
    if (refused) return { status: refused.status, body: { error: { code: refused.code, message: refused.message, details: {} } } }
    const found = this.doors[name]
    if (!found) return { status: 404, body: { error: { code: 'not_found', message: `没有 ${name}`, details: {} } } }
    return { status: 200, body: found(body, query) }
  }

  me = () => ({ customer_id: 1, name: '张伟', phone: this.hasPhone ? '13812345678' : null, is_phone_verified: this.hasPhone, consents: [], is_marketing_stopped: false })

  doors = {
    'GET /me': () => this.me(),
    'PUT /me/phone': () => {
      this.hasPhone = true
      return { phone: '13812345678', notes: [] }
    },
    'GET /vehicles/licences': () => [],
    'POST /vehicles': () => {
      this.hasVehicle = true
      return { state: 'BOUND', vehicle: VEHICLE }
    },
    'GET /account': () => ({
      ...this.me(), binding_requests: [], notes: this.notes, deposits: this.deposits,
      vehicles: !this.hasVehicle ? [] : [{
        ...VEHICLE, vin: 'LYF**********0123', powertrain: 'ICE', mileage_on: null, last_service_on: null, next_service_due_on: '2026-12-12', insurance_ends_on: null,
        home_store_id: 1, role: 'OWNER', is_asked_for_by_another: false,
      }],
    }),
    'GET /vehicles/7/expiry-dates': () => this.dates,
    'POST /vehicles/7/expiry-dates': ({ kind, ends_on }) =>
      (this.dates = this.dates.map((each) => (each.kind === kind ? { ...each, ends_on, days_left: 400, by: 'OWNER', by_name: '您', recorded_at: inMinutes(0) } : each))),
    'DELETE /vehicles/7': () => void (this.hasVehicle = false),
    'GET /vehicles/7/history': () => ({
      vehicle_id: 7, series: '云帆X6', plate: '粤BD1245', total_fen: 66800,
      visits: [{ id: 1, visited_on: '2026-03-10', km: 11420, summary: '小保养', paid_fen: 66800, store: '深圳南山店', repair_order_id: 9, papers: [{ kind: 'BILL', id: 11, at: inMinutes(-9999), word: '' }] }],
    }),
    'GET /notices': () => this.notices,
    'PUT /notices/survey': ({ is_on }) => (this.notices = this.notices.map((each) => (each.notice === 'survey' ? { ...each, is_on } : each))),
    'GET /privacy': () => this.privacy,
    'POST /consents': () => {
      this.privacy = { ...this.privacy, offers: [{ ...PRIVACY_TEXT, given_at: inMinutes(0) }], ledger: [{ ...PRIVACY_TEXT, given_at: inMinutes(0), how: 'mini_program', withdrawn_at: null, withdrawn_how: '' }] }
      return {}
    },
    'DELETE /consents/MARKETING_WECOM': () => {
      this.privacy = { ...this.privacy, offers: [PRIVACY_TEXT] }
      return {}
    },
    'POST /quiet-hours': ({ starts, ends }) => (this.privacy = { ...this.privacy, quiet_hours: [{ id: 7, words: `${starts} 到次日 ${ends}` }] }),
    'DELETE /quiet-hours/7': () => (this.privacy = { ...this.privacy, quiet_hours: [] }),
    'POST /privacy-requests': ({ kind, details }) => {
      const asked = { id: 3, kind, details, state: 'RECEIVED', asked_at: inMinutes(0), due_on: '2026-12-08', days_left: 15, ended_at: null, answer: '', readable_until: null, erase_after: null, holds: [] }
      return (this.privacy = { ...this.privacy, requests: [asked, ...this.privacy.requests] })
    },
    'GET /privacy-requests/3/copy': () => ({
      made_at: inMinutes(0),
      sections: [{ heading: '个人资料', columns: [{ key: 'name', word: '姓名' }, { key: 'city', word: '城市' }], rows: [['张伟', '']] }],
    }),
    'GET /privacy-requests/3/copy.html': () => '<!doctype html><title>我的个人信息</title>',
    'GET /bills/11/invoice': () => this.invoice,
    'POST /bills/11/invoice': ({ kind, title }) => {
      const asked = {
        id: 5, bill_id: 11, kind, name: title.name, tax_number: title.tax_number, email: '', amount_fen: 66800, state: 'REQUESTED', asked_at: inMinutes(0), due_at: inMinutes(1440),
        ended_at: null, number: '', decline_reason: '', version: 1,
      }
      return (this.invoice = { ...this.invoice, refusal: '这张账单已经申请过发票。', requests: [asked] })
    },
    'GET /bills/11/disputes': () => this.disputes,
    'POST /bills/11/disputes': ({ line_no, reason, is_held }) => {
      const raised = {
        id: 6, line_no, name: '小保养', amount_fen: 42800, held_fen: is_held ? 42800 : 0, taken_off_fen: 0, reason, state: 'OPEN', raised_at: inMinutes(0), due_at: inMinutes(120), handled_by: null, answer: '', ended_at: null, version: 1,
      }
      return (this.disputes = { ...this.disputes, disputes: [raised] })
    },
    'GET /bills/11/refunds': () => this.refunds,
    'POST /bills/11/refunds': ({ lines, reason }) => {
      const asked = { id: 8, amount_fen: lines[0].amount_fen, reason, state: 'REQUESTED', is_at_desk: false, is_asked_by_them: true, requested_at: inMinutes(0), ended_at: null }
      return (this.refunds = { ...this.refunds, refusal: '有退款在审批，有了结果才能再申请。', refunds: [asked] })
    },
    'POST /refunds/8/withdrawal': () => (this.refunds = { ...this.refunds, refusal: null, refunds: this.refunds.refunds.map((each) => ({ ...each, state: 'CLOSED', is_asked_by_them: false, ended_at: inMinutes(0) })) }),
    'GET /family': () => this.family,
    'PUT /family/persons/3': ({ limit_fen, until_on }) => {
      const named = this.family.named.map((each) => (each.id === 3 ? { ...each, limit_fen, until_on, version: each.version + 1 } : each))
      return (this.family = { ...this.family, named })
    },
    'DELETE /family/persons/3': () => {
      const named = this.family.named.map((each) => (each.id === 3 ? { ...each, is_over: true, state: 'ENDED', ended_at: inMinutes(0), standing: '您已收回' } : each))
      return (this.family = { ...this.family, named })
    },
    'GET /bills/11/counter': () => ({
      bill_id: 11, due_fen: 66800, store: '深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, phone: '0755', opens_minute: 510, closes_minute: 1080, rows: ['101', '010', '101'],
    }),
    'GET /home': (_, query) => ({
      vehicle: this.cars.find(({ id }) => id === Number(query.get('vehicle_id'))) ?? this.cars[0] ?? null, vehicles: this.cars, focus: this.focus, coupons_usable: 0, coupons_to_claim: 0, best_coupon: null, insurance_ends_on: null, visits: 2,
      advisor: '李敏', dates: this.dates, contact: { advisor: '李敏', advisor_phone: '0755-86000001-802', chat_userid: null, store: '深圳南山店', phone: '0755-86000001-802' },
      booking: { store_id: 1, store: '深圳南山店', item_id: 3, item: '小保养', minutes: 60, price_fen: 66800, slots: [inMinutes(1500), inMinutes(1530)] },
    }),
    'GET /subscribe-templates': () => MESSAGES.map((message) => ({ message, template_id: `id-${message}`, title: message })),
    'POST /subscribe-choices': () => undefined,
    'POST /slot-holds': () => ({ held_until: inMinutes(10), confirm_by: inMinutes(120), moves_until: inMinutes(1380), changes: 2 }),
    'GET /booking': (_, query) => (query.get('item_ids') === '3,4' ? this.withFilter : { offer: this.offer, coupons: this.coupons, booked_id: null }),
    'GET /appointments': () => this.booked,
    'GET /appointments/4': () => this.booked[0],
    'POST /visitor/slot-holds': () => ({ held_until: inMinutes(10), confirm_by: inMinutes(120), moves_until: inMinutes(1380), changes: 2, late_minutes: 15 }),
    'POST /visitor/appointments': ({ plate, starts_at }) => {
      this.booked = [{
        id: 4, store_id: 1, store: '深圳南山店', store_name: '云帆深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, vehicle_id: null, plate, series: '云帆X6', starts_at, minutes: 60, state: 'REQUESTED',
        items: [{ name: '小保养' }], note: '', advisor: null, confirm_by: inMinutes(120), end_reason: '', reschedule_count: 0, repair_order_id: null, coupon_id: null, version: 1,
      }]
      return this.booked[0]
    },
    'GET /coupons': () => this.wallet,
    'GET /surveys': () => this.surveys,
    'POST /coupons/8/claim': ({ vehicle_id }) => {
      this.wallet = { ...this.wallet, to_claim: [] }
      return { id: 8, vehicle_id }
    },
    'GET /gifts/card': () => this.gift,
    'POST /gifts/card/claim': () => (this.gift = { ...this.gift, state: 'claimed' }),
    'GET /appointments/4/reschedule': () => ({
      appointment_id: 4, version: 1, old_starts_at: inMinutes(1500), changes_left: 2, refusal: null, calendar: this.offer.calendar,
    }),
    'POST /appointments/4/reschedule': () => this.booked[0] ?? {},
    'POST /appointments': () => {
      this.focus = {
        kind: 'booked', appointment_id: 4, state: 'REQUESTED', store: '深圳南山店', store_name: '云帆深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, starts_at: inMinutes(1500), items: ['小保养'], changes_left: 2, version: 1,
      }
      return { id: 4 }
    },
    'GET /lendings/6': () => this.lent[0],
    'GET /repair-orders/9': () => this.progress,
    'GET /repair-orders/9/beside': () => ({
      ask: this.ask, lent: this.lent, ways: [{ notice: 'S-PROGRESS', way: 'WECHAT', accepts_left: 1 }, { notice: 'S-BILL', way: 'PHONE', accepts_left: 0 }],
    }),
    'POST /repair-orders/9/reach-answers': ({ kind, answer }) => (this.ask = answer === 'YES' ? { ...this.ask, kind, is_agreed: true } : NOT_ASKED),
    'PUT /repair-orders/9/advisor-code': () => ({ qr_url: this.code }),
    'GET /repair-orders/9/inspection': () => ({
      repair_order_id: 9, version: 3, inspected_at: inMinutes(-30), mileage_km: 21180, energy_percent: 60, belongings: '', photos: [], damages: [], signed_at: inMinutes(-20),
      readers_part: this.part,
    }),
    'GET /repair-orders/9/estimate': () => this.estimate,
    'POST /repair-orders/9/estimate/decline': ({ cause, words }) =>
      (this.estimate = { ...this.estimate, state: 'DECLINED', decided_at: inMinutes(0), refusal: [cause === 'PRICE' ? '价格不合适' : '', words].filter(Boolean).join('，') }),
    'GET /repair-orders/9/additional-work': () => [this.shown(this.sheet)],
    'GET /additional-work/5/outlook': (_, query) => this.outlook(this.sheet.items.filter(({ line_id }) => query.get('agreed').split(',').includes(String(line_id)))),
    'POST /additional-work/5/decisions': ({ decisions }) => {
      const said = Object.fromEntries(decisions.map(({ line_id, decision }) => [line_id, decision]))
      this.sheet = { ...this.sheet, version: 2, state: 'PARTIAL', decided_at: inMinutes(0), items: this.sheet.items.map((item) => ({ ...item, decision: said[item.line_id] ?? null })) }
      return this.shown(this.sheet)
    },
    'GET /bills/11': () => this.bill,
    'PUT /bills/11/payment': () => ({ amount_fen: 66800, parameters: { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' } }),
    'GET /bills/11/payment': () => {
      this.bill = { ...this.bill, state: 'PAID', paid_fen: 66800, due_fen: 0, paid_at: inMinutes(0) }
      return { bill_state: 'PAID', due_fen: 0, payment_state: 'SUCCESS', is_under_review: false }
    },
    'GET /repair-orders/9/hand-over': () => ({
      repair_order_id: 9, state: 'AWAITING_OWNER', advisor: '李敏', quality_passed_at: inMinutes(-20), inspector: '刘洋', paid_fen: 66800, handed_over: '钥匙 1 把',
      confirmed_at: null, settled_at: null, resolution: '', repair_guarantee: '质保 10 天或 2,000 公里', next_service_due_on: null, next_service_due_km: null,
    }),
  }
}
