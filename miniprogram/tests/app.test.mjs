/** The folder built for WeChat at work: what an owner does from the first opening to the paid bill. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { Phone } from './phone.mjs'
import { Server } from './server.mjs'

const calls = (server, name) => server.written.filter((each) => each.name === name)

const phones = []

const COUPON = { id: 9, group: 'available', state: 'AVAILABLE', name: '四轮定位券', rule: '抵 1 次', stores: '全部门店', valid_to: '2027-01-01T00:00:00+08:00', is_showable: true }
const BOOKED = {
  id: 4, store_id: 1, store: '深圳南山店', store_name: '云帆深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, vehicle_id: null, plate: '粤BD1245', series: '云帆X6', starts_at: '2027-01-04T09:30:00+08:00', minutes: 60,
  state: 'REQUESTED', items: [{ name: '小保养' }], note: '', advisor: null, confirm_by: '2027-01-01T09:30:00+08:00', end_reason: '', reschedule_count: 0, repair_order_id: null, coupon_id: null, version: 1,
}

const LENT = {
  id: 6, store_id: 1, repair_order_id: 9, appointment_id: null, plate: '粤B0D001', model: '云帆X3 白色', is_electric: false, state: 'OUT', starts_at: '2026-11-27T09:30:00+08:00', ends_at: '2026-11-28T18:00:00+08:00', out_at: '2026-11-27T09:30:00+08:00', back_at: null,
  agreement: '违章自理', is_late: false, store_name: '云帆深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, store_phone: '0755-86000001',
}

function opened({ known = true } = {}) {
  const server = new Server()
  server.hasPhone = server.hasVehicle = known
  const phone = new Phone({ server: server.answer })
  phones.push(phone)
  return { phone, server }
}

afterEach(() => assert.deepEqual(phones.splice(0).flatMap(({ complaints }) => complaints), []))

test('an owner signs in, binds the car, books, decides, and pays', async () => {
  const { phone, server } = opened({ known: false })
  phone.launch('/pages/home/index')
  await phone.isAt('pages/bind/index')
  await phone.sees('远航车主服务')
  await phone.sees('手机号快捷登录')
  const button = await phone.until('the phone button', () => phone.elements().find((each) => each.attributes['open-type'] === 'getPhoneNumber'))
  button.piece[button.attributes.bindgetphonenumber]({ type: 'getphonenumber', detail: { code: 'phone-code' } })
  await phone.sees('138****5678')
  await phone.type('o12-vin', '000123')
  await phone.tap('o12-bind')
  await phone.isAt('pages/home/index')
  await phone.sees('小保养')
  assert.deepEqual(calls(server, 'POST /vehicles')[0].body, { vin_last6: '000123' })
  assert.equal(calls(server, 'POST /consents').length, 0, 'the empty box consents to nothing')

  await phone.tap('o1-slot')
  await phone.isAt('pages/booking/confirm')
  await phone.sees('568.00 元')
  await phone.tap('o2-submit')
  await phone.isAt('pages/home/index')
  await phone.sees('已提交，等门店确认')
  assert.equal(calls(server, 'POST /appointments')[0].body.coupon_id, 21, 'the best coupon is chosen')
  assert.deepEqual(phone.said.find(([kind]) => kind === 'subscribe')[1], ['id-S-APPT-RESULT', 'id-S-APPT-REMINDER', 'id-S-PROGRESS'])
  assert.equal(calls(server, 'POST /subscribe-choices')[0].body.choices.every(({ is_accepted }) => is_accepted), true)

  phone.launch('/pages/visit/extra?order=9')
  await phone.sees('发现 2 处，逐项由您定')
  assert.equal(phone.elements().some(({ tag }) => tag === 'video'), false, 'no video begins by itself')
  await phone.tap('o5-agree-red')
  await phone.tap('o5-decline-yellow')
  await phone.sees('968.00 元')
  await phone.sees('17:25')
  await phone.tap('o5-confirm')
  await phone.sees('已记下您的决定')
  assert.deepEqual(calls(server, 'POST /additional-work/5/decisions')[0].body.decisions, [
    { line_id: 31, decision: 'APPROVED' },
    { line_id: 32, decision: 'DECLINED' },
  ])

  phone.launch('/pages/bill/bill?id=11')
  await phone.tap('o6-pay')
  await phone.isAt('pages/bill/delivery')
  assert.deepEqual(phone.said.filter(([kind]) => kind === 'pay'), [['pay', 'prepay_id=1']])
})

test('an owner asks for the invoice with a title they have used before', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/bill?id=11')
  await phone.tap('o6-invoice')
  await phone.isAt('pages/bill/invoice')
  await phone.sees('91440300MA5DEMO9X1')
  await phone.tap('invoice-kind-special')
  await phone.tap('invoice-ask')
  await phone.sees('等门店开出')
  assert.deepEqual(phone.said.find(([kind]) => kind === 'subscribe')[1], ['id-S-ANSWER'])
  const { kind, title } = calls(server, 'POST /bills/11/invoice')[0].body
  assert.deepEqual([kind, title.kind, title.name], ['SPECIAL', 'COMPANY', '鹏城物流有限公司'])
})

test('one who chooses to be a person sends nothing a person does not have', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/invoice?id=11')
  await phone.tap('invoice-title-person')
  await phone.until('a form without a tax number', () => !phone.words.includes('发票种类'))
  await phone.type('invoice-name', '张伟')
  await phone.tap('invoice-ask')
  await phone.sees('等门店开出')
  assert.deepEqual(calls(server, 'POST /bills/11/invoice')[0].body, {
    kind: 'NORMAL', title: { kind: 'PERSON', name: '张伟', tax_number: '', address: '', phone: '', bank: '', account: '', email: '' },
  })
})

test('who pays under an authority is not led to an invoice of somebody else, and who only looks reads who pays', async () => {
  const { phone, server } = opened()
  server.bill.is_made_out_to_them = false
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('微信支付 668.00 元')
  assert.equal(phone.words.includes('开发票') || phone.words.includes('对某项有疑问'), false)
  server.refused.set('GET /bills/11', { status: 403, code: 'not_the_payer', message: '只有车主或授权人能付。' })
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('只有车主或授权人能付。')
  assert.equal(phone.words.includes('微信支付'), false)
})

test('who is no longer authorised is folded away, and whoever is gets another limit on their own page', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/family')
  await phone.sees('王芳')
  assert.equal(phone.words.includes('小李'), false, 'what is over is folded')
  await phone.tap('o11-ended')
  await phone.sees('已到期')
  await phone.tap('o11-person')
  await phone.isAt('pages/account/person')
  await phone.sees('每次到店最多同意 2,000.00 元')
  await phone.type('o11-limit', '300')
  await phone.tap('o11-save')
  await phone.sees('已改好')
  await phone.sees('每次到店最多同意 300.00 元')
  assert.deepEqual(calls(server, 'PUT /family/persons/3')[0].body, { limit_fen: 30000, until_on: null, version: 2 })
  await phone.tap('o11-revoke')
  await phone.sees('您已收回')
  phone.back()
  await phone.sees('还没有授权给别人')
})

test('the home page says of the car what our server says', async () => {
  const { phone, server } = opened()
  const visit = { kind: 'in_repair', repair_order_id: 9, standing: null, promised_at: null, doing: null, done: 1, total: 1 }
  server.focus = { ...visit, tag: '已完工', title: '已完工，等车主取车', is_finished: true }
  phone.launch('/pages/home/index')
  await phone.sees('已完工，等车主取车')
  assert.equal(phone.words.includes('在修'), false)
  server.focus = { ...visit, tag: '在店', title: '环车检查报告', is_finished: false }
  phone.launch('/pages/home/index')
  await phone.sees('在店')
})

test('an answered export is read on a page and taken along as a file, until its days are over', async () => {
  const { phone, server } = opened()
  const asked = { id: 3, kind: 'EXPORT', details: '', state: 'DONE', asked_at: new Date().toISOString(), due_on: '2026-12-08', days_left: 15, ended_at: null, answer: '已为您准备好', erase_after: null, holds: [] }
  server.privacy.requests = [{ ...asked, readable_until: new Date(Date.now() + 864e5).toISOString() }]
  phone.launch('/pages/account/privacy')
  await phone.tap('o11-copy')
  await phone.isAt('pages/account/copy')
  await phone.tap('copy-section')
  await phone.sees('姓名 张伟')
  assert.equal(phone.words.includes('城市'), false, 'what is empty is left out')
  await phone.tap('copy-keep')
  await phone.until('the file', () => phone.said.some(([kind]) => kind === 'file'))
  assert.deepEqual(phone.said.find(([kind]) => kind === 'file').slice(1), ['我的信息.html', '<!doctype html><title>我的个人信息</title>'])
  await phone.until('no file left behind', () => phone.files.size === 0)
  server.privacy.requests = [{ ...asked, readable_until: new Date(Date.now() - 1000).toISOString() }]
  phone.launch('/pages/account/privacy')
  await phone.sees('需要的话请再申请一次')
})

test('an agreed deletion says when it happens, what stays, and can be taken back until then', async () => {
  const { phone, server } = opened()
  server.privacy.requests = [{
    id: 3, kind: 'DELETION', details: '', state: 'AGREED', asked_at: new Date().toISOString(), due_on: '2026-12-08', days_left: 15, ended_at: null, answer: '',
    readable_until: null, erase_after: '2027-01-05T18:00:00+08:00', holds: [{ law: '发票管理办法', headings: ['发票'], records: 2 }],
  }]
  phone.launch('/pages/account/privacy')
  await phone.sees('起删除，在那之前可以撤回')
  await phone.sees('发票管理办法要求保留：发票，2 条')
  await phone.sees('撤回')
})

test('a line that is doubted needs a reason, and its answer is awaited on the page', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/dispute?id=11')
  await phone.tap('dispute-line')
  assert.equal(phone.elements().find(({ attributes }) => attributes['data-story'] === 'dispute-send').attributes.disabled, true)
  await phone.type('dispute-reason', '说好的是 400 元')
  await phone.tap('dispute-send')
  await phone.sees('等门店答复')
  assert.deepEqual(calls(server, 'POST /bills/11/disputes')[0].body, { line_no: 1, reason: '说好的是 400 元', is_held: true })
  server.disputes = { ...server.disputes, disputes: [{ ...server.disputes.disputes[0], state: 'CORRECTED', handled_by: '王经理', answer: '已改成 400 元', ended_at: new Date().toISOString() }] }
  await phone.sees('已改成 400 元')
})

test('at the counter the page shows the code until the bill is paid', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/counter?id=11')
  await phone.sees('668.00 元')
  server.refused.set('GET /bills/11/counter', { status: 409, code: 'bill_not_payable', message: '这张账单现在不用付款。' })
  await phone.isAt('pages/bill/bill')
})

test('a consent is given in the words that were shown, and taken back with what follows said', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/privacy')
  await phone.tap('o11-consent-marketing_wecom')
  await phone.sees('已同意「企业微信优惠信息」')
  assert.deepEqual(calls(server, 'POST /consents')[0].body, { purpose: 'MARKETING_WECOM', text_version: '2026-01' })
  await phone.tap('o11-consent-marketing_wecom')
  await phone.sees('从现在起不再这样用您的信息')
  assert.equal(calls(server, 'DELETE /consents/MARKETING_WECOM').length, 1)
})

test('hours without offers are set as they are proposed, and lifted again', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/privacy')
  await phone.tap('o11-quiet-add')
  await phone.tap('o11-quiet-set')
  await phone.sees('每天 22:00 到次日 08:00')
  assert.deepEqual(calls(server, 'POST /quiet-hours')[0].body, { starts: '22:00', ends: '08:00' })
  await phone.tap('o11-quiet-lift')
  await phone.until('no hours', () => calls(server, 'DELETE /quiet-hours/7').length === 1)
})

test('an export, a correction and deletion are asked for, each with its day', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/privacy')
  await phone.tap('o11-export')
  await phone.sees('还有 15 天')
  await phone.tap('o11-correct')
  await phone.type('o11-wrong', '姓名写错了')
  await phone.tap('o11-send-correction')
  await phone.sees('更正我的信息')
  await phone.tap('o11-delete')
  await phone.until('three requests', () => calls(server, 'POST /privacy-requests').length === 3)
  assert.deepEqual(calls(server, 'POST /privacy-requests').map(({ body }) => body.kind), ['EXPORT', 'CORRECTION', 'DELETION'])
})

test('what came of a tap stands at the foot of a page that is longer than the phone', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/privacy')
  await phone.tap('o11-export')
  await phone.sees('已提出「导出我的信息」，15 天内答复您')
  const words = '您已提交过同样的请求，正在处理。'
  server.refused.set('POST /privacy-requests', { status: 409, code: 'already_asked', message: words })
  await phone.tap('o11-export')
  await phone.until('the refusal at the foot', () => phone.words.trimEnd().endsWith(words))
})

test('a notice that can be done without is switched off, the others say why they stay', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/notices')
  await phone.sees('和您在修的车、付的钱有关，一直会发 · 微信还可发 1 次')
  assert.equal(phone.elements().some(({ attributes }) => attributes['data-story'] === 'o11-notice-bill'), false)
  await phone.tap('o11-notice-survey')
  await phone.until('the switch', () => calls(server, 'PUT /notices/survey').length === 1)
  assert.deepEqual(server.written.filter(({ name }) => name.startsWith('PUT')).map(({ name, body }) => [name, body]), [['PUT /notices/survey', { is_on: false }]])
})

test('two records that became one are told of on the account', async () => {
  const { phone, server } = opened()
  server.notes = ['您的两份记录已合并为一份。']
  phone.launch('/pages/me/index')
  await phone.sees('您的两份记录已合并为一份。')
})

test('money of a paid bill is asked back by line, once at a time, and may be taken back', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/refund?id=11')
  await phone.tap('refund-line')
  await phone.type('refund-reason', '没做')
  await phone.tap('refund-send')
  await phone.sees('门店在审批')
  assert.deepEqual(calls(server, 'POST /bills/11/refunds')[0].body, { lines: [{ line_no: 1, amount_fen: 24000 }], reason: '没做' })
  assert.equal(phone.elements().some(({ attributes }) => attributes['data-story'] === 'refund-send'), false)
  await phone.tap('refund-withdraw')
  await phone.sees('没有退')
})

test('the rest is paid while a line waits for its answer, and nothing is asked twice', async () => {
  const { phone, server } = opened()
  server.bill = { ...server.bill, state: 'PARTLY_PAID', paid_fen: 24000, disputed_fen: 42800, due_fen: 0 }
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('其余已付清；有疑问的 428.00 元 等门店答复')
  assert.equal(phone.elements().some(({ attributes }) => attributes['data-story'] === 'o6-pay'), false)
})

test('what was paid ahead is on the account, and on the bill it may be used for', async () => {
  const { phone, server } = opened()
  server.deposits = [{ store_id: 1, store: '深圳南山店', balance_fen: 50000 }]
  server.bill = { ...server.bill, deposit_fen: 50000 }
  phone.launch('/pages/me/index')
  await phone.sees('预存款深圳南山店，到收银台付款时可以抵扣')
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('您在本店的预存款')
})

test('a car that leaves the account leads to where another is bound', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/account/car?id=7')
  await phone.tap('o11-unbind')
  await phone.isAt('pages/bind/index')
  assert.equal(calls(server, 'DELETE /vehicles/7').length, 1)
})

test('what an insurer leaves to the owner of additional work is said beside it', async () => {
  const { phone, server } = opened()
  server.sheet = { ...server.sheet, items: [{ ...server.sheet.items[0], payer: 'I', labour_fen: 0, parts_fen: 0, deductible_fen: 20000 }, { ...server.sheet.items[1], payer: 'I', labour_fen: 0, parts_fen: 0 }] }
  phone.launch('/pages/visit/extra?order=9')
  await phone.sees('保险承担，您自付 200.00')
  await phone.sees('保险承担，您不用付')
})

test('what an insurer leaves to the owner is said beside its job and counted', async () => {
  const { phone, server } = opened()
  const [service] = server.estimate.lines
  const door = { ...service, line_id: 2, name: '右前门钣金', payer: 'I', labour_fen: 0, parts_fen: 0, deductible_fen: 20000 }
  server.estimate = { ...server.estimate, lines: [service, door], total_fen: 86800 }
  phone.launch('/pages/visit/report?id=9')
  await phone.sees('保险承担，您自付 200.00')
  await phone.sees('868.00 元')
})

test('an owner refuses the estimate as easily as they allow it, and says why if they like', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/visit/report?id=9')
  await phone.tap('o4-declining')
  await phone.sees('暂不维修不收费用')
  await phone.tap('o4-decline')
  await phone.sees('您选了暂不维修')
  assert.deepEqual(calls(server, 'POST /repair-orders/9/estimate/decline')[0].body, { version: 1, cause: null, words: '' })
})

test('the advisor is called on the number the page shows', async () => {
  const { phone } = opened()
  phone.launch('/pages/home/index')
  await phone.sees('李敏 2026-03-10 登记')
  await phone.tap('o1-call')
  await phone.until('a call', () => phone.said.some(([kind, number]) => kind === 'call' && number === '0755-86000001-802'))
})

test('a number that cannot be read is said to be so', async () => {
  const { phone, server } = opened()
  server.booked = [{ ...BOOKED, vehicle_id: null }]
  server.refused.set('GET /contact', { status: 404, code: 'not_found', message: '没找到这家门店。' })
  phone.launch('/pages/booking/appointment?id=4')
  await phone.tap('appointment-call')
  await phone.until('what went wrong', () => phone.said.some(([kind, words]) => kind === 'toast' && words === '没找到这家门店。'))
})

test('a coupon of one car is booked for that car, and without any car one is bound first', async () => {
  const { phone, server } = opened()
  const coupon = { ...COUPON, vehicle_id: 8 }
  server.cars = [server.car, { ...server.car, id: 8, plate: '粤BA0117', series: '云帆S5' }]
  server.wallet = { ...server.wallet, available: [coupon] }
  phone.launch('/pages/coupons/index')
  await phone.tap('o9-book')
  await phone.isAt('pages/booking/times')
  assert.deepEqual(phone.page.options, { vehicle: '8', coupon: '9' })
  server.cars = []
  server.wallet = { ...server.wallet, available: [{ ...coupon, vehicle_id: null }] }
  phone.launch('/pages/coupons/index')
  await phone.tap('o9-book')
  await phone.isAt('pages/bind/index')
})

test('whoever is named for a car, or whose car the desk registers, is led on from where one is bound', async () => {
  const { phone, server } = opened()
  server.hasVehicle = false
  phone.launch('/pages/home/index')
  await phone.isAt('pages/bind/index')
  await phone.sees('绑定爱车')
  await phone.tap('o12-family')
  await phone.isAt('pages/account/family')
  server.hasVehicle = true
  phone.back()
  await phone.isAt('pages/home/index')
  phone.launch('/pages/bind/index?more=1')
  await phone.sees('VIN 后 6 位')
  assert.equal(phone.page.route, 'pages/bind/index', 'another car is bound there by whoever has one')
})

test('an answer that is late is owned up to', async () => {
  const { phone, server } = opened()
  const raised = { id: 6, line_no: 1, name: '小保养', amount_fen: 24000, reason: '贵了', state: 'OPEN', raised_at: '2026-11-20T09:00:00+08:00', handled_by: null, answer: '', ended_at: null, version: 1 }
  const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString()
  server.disputes = { ...server.disputes, disputes: [{ ...raised, due_at: at(90) }] }
  phone.launch('/pages/bill/dispute?id=11')
  await phone.sees('前答复您')
  assert.equal(phone.words.includes('晚了'), false)
  server.disputes = { ...server.disputes, disputes: [{ ...raised, due_at: at(-90) }] }
  phone.launch('/pages/bill/dispute?id=11')
  await phone.sees('前答复您，已经晚了')
})

test('a paper of an old visit is one tap away', async () => {
  const { phone } = opened()
  phone.launch('/pages/visit/history?vehicle=7')
  await phone.tap('history-bill')
  await phone.isAt('pages/bill/bill')
})

test('the progress page says which loan car one has, and until when', async () => {
  const { phone, server } = opened()
  server.lent = [LENT]
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('代步车')
  await phone.sees('前还到店里')
  await phone.sees('违章自理')
  await phone.tap('o3-loan')
  await phone.isAt('pages/visit/loan')
})

test('the notice about a loan car opens where it goes back, and the order it belongs to', async () => {
  const { phone, server } = opened()
  server.lent = [LENT]
  phone.launch('/pages/visit/loan?id=6')
  await phone.sees('还到这里')
  await phone.sees('深南大道 1 号')
  await phone.sees('油量和借出时一样')
  server.lent = [{ ...LENT, state: 'RETURNED', back_at: LENT.ends_at }]
  phone.launch('/pages/visit/loan?id=6')
  await phone.sees('已还，谢谢')
  assert.equal(phone.elements().some((each) => each.attributes['data-story'] === 'loan-way'), false, 'there is nothing left to bring back')
  await phone.tap('loan-order')
  await phone.isAt('pages/visit/progress')
})

test('the page of an order asks its owner one thing, and a no is kept', async () => {
  const { phone, server } = opened()
  server.ask = { kind: 'FRIEND', is_agreed: false, title: '加服务顾问的企业微信', words: '车好了在微信上跟您说。', consent: null }
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('加服务顾问的企业微信')
  await phone.tap('o3-ask-no')
  await phone.sees('以后不再问您')
  assert.deepEqual(calls(server, 'POST /repair-orders/9/reach-answers').map(({ body }) => body), [{ kind: 'FRIEND', answer: 'NO' }])
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('小保养 → 质检 → 洗车')
  assert.equal(phone.elements().some((each) => each.attributes['data-story'] === 'o3-ask-yes'), false)
})

test('who agrees is led there: to the code of the advisor, or to the consent under its text', async () => {
  const { phone, server } = opened()
  server.ask = { kind: 'FRIEND', is_agreed: false, title: '加服务顾问的企业微信', words: '车好了在微信上跟您说。', consent: null }
  phone.launch('/pages/visit/progress?id=9')
  await phone.tap('o3-ask-yes')
  await phone.sees('长按二维码，识别后加李敏')
  assert.ok(phone.elements().some(({ tag, attributes }) => tag === 'image' && attributes.src === server.code))
  server.ask = { kind: 'CONSENT', is_agreed: true, title: '收保养提醒和优惠', words: '随时可以退订。', consent: { purpose: 'MARKETING_WECOM', title: '企业微信优惠信息', text: '向您发送保养提醒。', version: '2026-01' } }
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('向您发送保养提醒。')
  await phone.tap('o3-ask-yes')
  await phone.sees('已同意')
  assert.deepEqual(calls(server, 'POST /consents').map(({ body }) => body), [{ purpose: 'MARKETING_WECOM', text_version: '2026-01' }])
  server.progress = { ...server.progress, waiting_for_owner: 'bill' }
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('看账单')
  assert.equal(phone.elements().some((each) => each.attributes['data-story'] === 'o3-ask-yes'), false, 'nothing else is asked while a bill waits')
})

test('progress is live: what happens is read anew, and a page nobody sees holds no connection', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('小保养 → 质检 → 洗车')
  const socket = await phone.until('a connection', () => phone.sockets[0])
  assert.match(socket.url, /repair-orders\/9\/live\?after=4&token=token-1$/)
  await phone.sees('● 实时')
  server.progress = { ...server.progress, doing: { line: '小保养', technician: '陈志强', bay: '快保 2 号', started_at: new Date().toISOString() } }
  socket.hears.message({ data: JSON.stringify({ number: 5 }) })
  await phone.sees('正在做 小保养 · 陈志强技师')
  await phone.tap('o3-share')
  await phone.isAt('pages/visit/share')
  assert.equal(socket.isOpen, false, 'a page under another one holds no connection')
  phone.back()
  const again = await phone.until('a new connection', () => phone.sockets.find((each) => each.isOpen))
  assert.match(again.url, /live\?after=5/)
  phone.launch('/pages/home/index')
  assert.equal(again.isOpen, false)
})

test('choosing among stores, jobs and days asks once for each choice, and a tapped time is held', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/booking/times?vehicle=7')
  await phone.sees('深圳南山店')
  await phone.sees('剩 2')
  const asked = phone.asked.length
  await phone.tap('times-items')
  await phone.sees('空调滤芯')
  assert.equal(phone.asked.length, asked)
  await phone.tap('times-slot')
  await phone.isAt('pages/booking/confirm')
  assert.deepEqual(calls(server, 'POST /slot-holds')[0].body.item_ids, [3])
})

test('怎么去 opens the map where the store is, and copies the address of one without coordinates', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/booking/times?vehicle=7')
  await phone.tap('times-way')
  await phone.until('the map', () => phone.said.some(([kind]) => kind === 'map'))
  assert.deepEqual(phone.said, [['map', '云帆深圳南山店', 22.5333, 113.9304]])
  server.focus = { kind: 'booked', appointment_id: 4, state: 'CONFIRMED', store: '深圳南山店', store_name: '云帆深圳南山店', address: '深南大道 1 号', latitude: 22.5333, longitude: 113.9304, starts_at: new Date(Date.now() + 864e5).toISOString(), items: ['小保养'], changes_left: 2, moves_until: new Date(Date.now() + 8e7).toISOString(), late_minutes: 15, version: 1 }
  phone.launch('/pages/home/index')
  await phone.tap('o1-way')
  await phone.until('the map', () => phone.said.length === 2)
  assert.deepEqual(phone.said.pop(), ['map', '云帆深圳南山店', 22.5333, 113.9304])
  Object.assign(server.offer.calendar.stores[0], { latitude: null, longitude: null })
  phone.launch('/pages/booking/times?vehicle=7')
  await phone.tap('times-way')
  await phone.until('the address', () => phone.said.some(([kind]) => kind === 'copied'))
  assert.deepEqual(phone.said[1], ['copied', '深南大道 1 号'])
})

test('a session that ended is begun anew, unseen', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/home/index')
  await phone.sees('小保养')
  server.sessions += 1
  phone.launch('/pages/coupons/index')
  await phone.sees('这里还没有卡券')
  assert.equal(server.sessions, 3)
})

test('a booking nobody answered is sent again under the same key', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/home/index')
  await phone.tap('o1-slot')
  server.lost.set('POST /appointments', 1)
  await phone.tap('o2-submit')
  await phone.sees('已提交，等门店确认')
  const [first, second, ...more] = calls(server, 'POST /appointments').map(({ key }) => key)
  assert.equal(first, second)
  assert.deepEqual(more, [])
})

test('whoever has never been here books by plate, once WeChat has vouched for their number', async () => {
  const { phone, server } = opened({ known: false })
  phone.launch('/pages/booking/visitor?model=2&store=1&items=3&at=2026-11-23T09%3A30%3A00%2B08%3A00')
  await phone.sees('门店要回电确认')
  const button = await phone.until('the phone button', () => phone.elements().find((each) => each.attributes['open-type'] === 'getPhoneNumber'))
  button.piece[button.attributes.bindgetphonenumber]({ type: 'getphonenumber', detail: { code: 'phone-code' } })
  await phone.type('visitor-plate', '粤B M2167')
  await phone.tap('visitor-book')
  await phone.isAt('pages/booking/appointment')
  await phone.sees('已提交，等门店确认')
  const { plate, model_id, item_ids } = calls(server, 'POST /visitor/appointments')[0].body
  assert.deepEqual([plate, model_id, item_ids], ['粤B M2167', 2, [3]])
  phone.launch('/pages/bind/index')
  await phone.tap('o12-booked')
  await phone.isAt('pages/booking/appointment')
})

test('what was read stays while it cannot be read anew, with its time', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('应付')
  server.refused.set('GET /bills/11', { status: 500, code: 'unexpected', message: '没有处理成功。' })
  await phone.tap('o6-dispute')
  await phone.isAt('pages/bill/dispute')
  phone.back()
  await phone.sees('没更新成功，下面是')
  assert.match(phone.words, /应付/)
})

test('without a network the page stays, nothing is paid, and it is read anew when the network is back', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('微信支付 668.00 元')
  phone.network(false)
  await phone.sees('网络断开，显示')
  await phone.sees('没有网络，可到收银台付')
  assert.equal(phone.elements().find(({ attributes }) => attributes['data-story'] === 'o6-pay').attributes.disabled, true)
  server.bill = { ...server.bill, due_fen: 56800, total_fen: 56800 }
  phone.network(true)
  await phone.sees('微信支付 568.00 元')
})

test('a car that has left the account gives way to the ones that are left', async () => {
  const { phone, server } = opened()
  server.cars = [server.car, { ...server.car, id: 8, plate: '粤BA0117', series: '云帆S5' }]
  phone.launch('/pages/home/index')
  await phone.tap('o1-switch')
  await phone.tap('o1-car-8')
  await phone.sees('云帆S5 2.0T 豪华粤B·A0117')
  server.cars = [server.car]
  phone.launch('/pages/home/index')
  await phone.sees('云帆X6 2.0T 豪华粤B·D1245')
})

test('an account without a car says so and leads to where one is bound', async () => {
  const { phone, server } = opened()
  server.cars = []
  phone.launch('/pages/home/index')
  await phone.sees('您名下现在没有绑定的车。')
  await phone.tap('o1-bind')
  await phone.isAt('pages/bind/index')
})

test('a page that cannot be shown says so, and what was refused offers no second try', async () => {
  const { phone } = opened()
  phone.launch('/pages/bill/survey?id=1')
  await phone.sees('没有 GET /surveys/1')
  assert.equal(phone.words.includes('重试'), false)
})

test('no page asks the server more than twice to show itself', async () => {
  for (const [address, words] of [
    ['/pages/home/index', '小保养'], ['/pages/coupons/index', '这里还没有卡券'], ['/pages/booking/times?vehicle=7', '剩 2'],
    ['/pages/visit/progress?id=9', '接下来'], ['/pages/visit/extra?order=9', '逐项由您定'], ['/pages/bill/bill?id=11', '应付'],
    ['/pages/bill/delivery?id=9', '确认已取车'], ['/pages/bill/invoice?id=11', '申请开票'], ['/pages/bill/dispute?id=11', '提出疑问'], ['/pages/bill/refund?id=11', '退哪几项'], ['/pages/bill/counter?id=11', '收银员'],
    ['/pages/visit/history?vehicle=7', '结算单'], ['/pages/account/privacy', '您同意过什么'], ['/pages/me/index', '家人与授权'], ['/pages/visit/report?id=9', '同意报价'], ['/pages/account/car?id=7', '保险到期'], ['/pages/account/phone', '138****5678'],
    ['/pages/account/notices', '去微信设置里改'],
  ]) {
    const { phone } = opened()
    phone.launch(address)
    await phone.sees(words)
    // Which templates there are is asked once for each opening of the mini-program.
    const reads = phone.asked.filter(({ method, path }) => method === 'GET' && !path.endsWith('/subscribe-templates'))
    // The report and the estimate come after who may decide on them.
    assert.ok(reads.length <= 2, `${address} reads ${reads.map(({ path }) => path)}`)
  }
})

test('every page opens, whatever it is handed', async () => {
  const { phone } = opened()
  for (const path of [...phone.app.pages, ...phone.app.subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))]) {
    phone.launch(`/${path}`)
    assert.equal(phone.page.route, path)
    await phone.until('something', () => phone.words)
  }
})

test('what is refused or gone is not shown any longer', async () => {
  for (const status of [403, 404, 410]) {
    const { phone, server } = opened()
    phone.launch('/pages/bill/bill?id=11')
    await phone.sees('微信支付 668.00 元')
    server.refused.set('GET /bills/11', { status, code: 'not_found', message: '没有这张账单。' })
    await phone.tap('o6-dispute')
    await phone.isAt('pages/bill/dispute')
    phone.back()
    await phone.sees('没有这张账单。')
    assert.doesNotMatch(phone.words, /668/)
  }
})

test('a live page that is refused reads once more and does not connect again', async () => {
  for (const code of [4401, 4404]) {
    const { phone, server } = opened()
    phone.launch('/pages/visit/progress?id=9')
    await phone.sees('● 实时')
    const reads = () => phone.asked.filter(({ path }) => path.endsWith('/repair-orders/9')).length
    const before = reads()
    if (code === 4404) server.refused.set('GET /repair-orders/9', { status: 404, code: 'not_found', message: '没有这个工单。' })
    phone.sockets[0].hears.close({ code })
    await phone.sees(code === 4404 ? '没有这个工单。' : '不再更新')
    await new Promise((resolve) => setTimeout(resolve, 1200))
    assert.equal(phone.sockets.length, 1)
    assert.equal(reads(), before + 1)
  }
})

test('a connection that breaks is begun anew', async () => {
  const { phone } = opened()
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('● 实时')
  phone.sockets[0].hears.close({ code: 1006 })
  await phone.until('a second connection', () => phone.sockets.length === 2)
})

test('the first page looks again only while a visit is near and it is the page looked at', async () => {
  const { phone, server } = opened()
  const homes = () => phone.asked.filter(({ path }) => path.endsWith('/home')).length
  const whileLooking = async () => {
    const before = homes()
    await new Promise((resolve) => setTimeout(resolve, 700))
    return homes() - before
  }
  phone.launch('/pages/home/index')
  await phone.sees('小保养')
  assert.equal(await whileLooking(), 0, 'nothing is near')
  server.focus = { kind: 'pay', repair_order_id: 9, bill_id: 11, amount_fen: 66800 }
  phone.launch('/pages/home/index')
  await phone.sees('668.00 元')
  assert.ok((await whileLooking()) > 0, 'a bill waits')
  await phone.tap('o1-bill')
  await phone.isAt('pages/bill/bill')
  assert.equal(await whileLooking(), 0, 'another page is above')
})

test('WeChat is asked about notices only where it opens its pop-up', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/bill/bill?id=11')
  await phone.tap('o6-pay')
  await phone.isAt('pages/bill/delivery')
  server.booked = [{ id: 4 }]
  phone.launch('/pages/booking/change?id=4')
  await phone.tap('times-slot')
  await phone.isAt('pages/home/index')
  assert.deepEqual(phone.said.filter(([kind]) => kind === 'refused-subscribe'), [])
  assert.deepEqual(phone.said.filter(([kind]) => kind === 'subscribe').map(([, ids]) => ids), [
    ['id-S-RECEIPT', 'id-S-SURVEY', 'id-S-COUPON-EXPIRING'], ['id-S-APPT-RESULT', 'id-S-APPT-REMINDER'],
  ])
})

test('a coupon of one car asks for which of several', async () => {
  const { phone, server } = opened()
  server.cars = [server.car, { ...server.car, id: 8, plate: '粤BA0117', series: '云帆S5' }]
  phone.launch('/pages/gift/claim?ticket=card')
  await phone.tap('o10-car-8')
  await phone.tap('o10-claim')
  await phone.sees('已领取')
  assert.deepEqual(calls(server, 'POST /gifts/card/claim')[0].body, { vehicle_id: 8 })

  server.wallet = { ...server.wallet, to_claim: [{ id: 8, group: 'to_claim', state: 'ISSUED', name: '四轮定位券', rule: '抵 1 次', stores: '全部门店', claim_by: null, vehicle_id: null }] }
  server.refused.set('POST /coupons/8/claim', { status: 409, code: 'coupon_vehicle_needed', message: '这张券要绑定一辆车，请先选车。' })
  phone.launch('/pages/coupons/index')
  await phone.tap('o9-claim')
  await phone.tap('o9-car-7')
  server.refused.clear()
  await phone.tap('o9-claim')
  await phone.until('the claim', () => calls(server, 'POST /coupons/8/claim').length === 2)
  assert.deepEqual(calls(server, 'POST /coupons/8/claim').map(({ body }) => body.vehicle_id), [null, 7])
})

test('a bill that was refunded says what came back and what remains paid', async () => {
  const { phone, server } = opened()
  server.bill = { ...server.bill, state: 'PARTLY_REFUNDED', paid_fen: 66800, refunded_fen: 20000, due_fen: 0 }
  phone.launch('/pages/bill/bill?id=11')
  await phone.sees('实付468.00 元')
  await phone.sees('已退−200.00')
})

test('whoever may only look is told who decides, and is led to no button that would be refused', async () => {
  const { phone, server } = opened()
  server.progress = { ...server.progress, is_owner: false, sees_sums: false }
  server.part = { is_owner: false, sees_sums: false, allowance: null, refusal: '需要车主 张* 或授权人决定。' }
  const stories = () => phone.elements().map(({ attributes }) => attributes['data-story'])
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('施工中')
  assert.equal(stories().includes('o3-share'), false)
  phone.launch('/pages/visit/report?id=9')
  await phone.sees('需要车主 张* 或授权人决定')
  assert.equal(phone.asked.some(({ path }) => path.endsWith('/estimate')), false)
  phone.launch('/pages/visit/extra?id=5')
  server.doors['GET /additional-work/5'] = () => server.shown(server.sheet)
  await phone.sees('需要车主 张* 或授权人决定')
  assert.equal(stories().includes('o5-confirm'), false)
})

test('an authorised person agrees within their limit and not above it', async () => {
  const { phone, server } = opened()
  server.part = { is_owner: false, sees_sums: true, allowance: { limit_fen: 100000, used_fen: 50000 }, refusal: null }
  server.estimate.left_fen = 50000
  phone.launch('/pages/visit/report?id=9')
  await phone.sees('超出您的授权额度')
  const isOff = () => phone.elements().find(({ attributes }) => attributes['data-story'] === 'o4-authorise').attributes.disabled
  assert.equal(isOff(), true)
  server.estimate.left_fen = 66800
  phone.launch('/pages/visit/report?id=9')
  await phone.sees('同意报价')
  assert.equal(isOff(), false)
})

test('an estimate that cannot be read is not taken for one that is not made yet', async () => {
  const { phone, server } = opened()
  server.refused.set('GET /repair-orders/9/estimate', { status: 500, code: 'unexpected', message: '没有处理成功。' })
  phone.launch('/pages/visit/report?id=9')
  await phone.sees('报告暂时取不到')
  assert.doesNotMatch(phone.words, /正在报价/)
})

test('a survey that waits is offered on the first page, and no chat where WeChat opens none', async () => {
  const { phone, server } = opened()
  server.surveys = [{ id: 3, repair_order_id: 9 }]
  phone.launch('/pages/home/index')
  await phone.sees('您的服务顾问')
  assert.doesNotMatch(phone.words, /发消息/)
  await phone.tap('o1-survey')
  await phone.isAt('pages/bill/survey')
})

test('a sheet that was withdrawn leads to the one that took its place', async () => {
  const { phone, server } = opened()
  server.doors['GET /additional-work/5'] = () => ({ ...server.shown(server.sheet), state: 'WITHDRAWN', newest_id: 6 })
  server.doors['GET /additional-work/6'] = () => ({ ...server.shown(server.sheet), id: 6, newest_id: 6 })
  phone.launch('/pages/visit/extra?id=5')
  await phone.tap('o5-newer')
  await phone.until('the newer sheet', () => phone.page.options.id === '6')
  await phone.sees('逐项由您定')
})

test('what is done along is priced anew by our server, with the coupon that then fits best', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/home/index')
  await phone.tap('o1-slot')
  await phone.sees('预计实付568.00 元')
  await phone.tap('o2-extra-4')
  await phone.sees('预计实付714.00 元')
  await phone.tap('o2-submit')
  await phone.isAt('pages/home/index')
  const { item_ids, coupon_id } = calls(server, 'POST /appointments')[0].body
  assert.deepEqual([item_ids, coupon_id], [[3, 4], 22])
})

test('an objection is offered until the moment the server names, and says who answers by when', async () => {
  const { phone, server } = opened()
  const door = 'GET /repair-orders/9/hand-over'
  const handedOver = server.doors[door]()
  const inHours = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString()
  const offers = () => phone.elements().some(({ attributes }) => attributes['data-story'] === 'o7-object')
  server.doors[door] = () => ({ ...handedOver, state: 'CONFIRMED', confirmed_at: inHours(-1), dispute_until: inHours(1), handled_by: null, answer_by: null })
  phone.launch('/pages/bill/delivery?id=9')
  await phone.sees('对这次维修有异议')
  server.doors[door] = () => ({ ...handedOver, state: 'CONFIRMED', confirmed_at: inHours(-1), dispute_until: inHours(-0.5), handled_by: null, answer_by: null })
  phone.launch('/pages/bill/delivery?id=9')
  await phone.sees('您已确认取车')
  assert.equal(offers(), false)
  server.doors[door] = () => ({ ...handedOver, state: 'DISPUTED', confirmed_at: null, dispute_until: inHours(1), handled_by: '王经理', answer_by: inHours(24) })
  phone.launch('/pages/bill/delivery?id=9')
  await phone.sees('已收到您的异议，王经理会在')
  assert.equal(offers(), false)
})
