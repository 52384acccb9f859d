/** The folder built for WeChat at work: what an owner does from the first opening to the paid bill. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { Phone } from './phone.mjs'
import { Server } from './server.mjs'

const calls = (server, name) => server.written.filter((each) => each.name === name)

const phones = []

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
  await phone.tap('o5-agree-red')
  await phone.tap('o5-decline-yellow')
  await phone.sees('968.00 元')
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

test('progress is live: what happens is read anew, and a page nobody sees holds no connection', async () => {
  const { phone, server } = opened()
  phone.launch('/pages/visit/progress?id=9')
  await phone.sees('小保养 → 质检 → 洗车')
  const socket = await phone.until('a connection', () => phone.sockets[0])
  assert.match(socket.url, /repair-orders\/9\/live\?after=0&token=token-1$/)
  await phone.sees('● 实时')
  server.progress = { ...server.progress, doing: { line: '小保养', technician: '陈志强', bay: '快保 2 号', started_at: new Date().toISOString() } }
  socket.hears.message({ data: JSON.stringify({ number: 5 }) })
  await phone.sees('正在做 小保养 · 陈志强技师')
  phone.launch('/pages/home/index')
  assert.equal(socket.isOpen, false)
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
    ['/pages/bill/delivery?id=9', '确认已取车'],
  ]) {
    const { phone } = opened()
    phone.launch(address)
    await phone.sees(words)
    // Which templates there are is asked once for each opening of the mini-program.
    const reads = phone.asked.filter(({ method, path }) => method === 'GET' && !path.endsWith('/subscribe-templates'))
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
