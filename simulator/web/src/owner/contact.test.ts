import { describe, expect, it, vi } from 'vitest'
import { phone, write } from './contact'

function appWith(chatUserid: string | null, hasChat = true) {
  const contact = vi.fn(async () => ({ advisor: '李敏', chat_userid: chatUserid, store: '深圳南山店', phone: '0755-86000001' }))
  const openChat = vi.fn(async () => hasChat)
  const makePhoneCall = vi.fn(async () => undefined)
  return { api: { contact }, wx: { openChat, makePhoneCall } }
}
const CALLEE = { name: '深圳南山店 · 李敏', phone: '0755-86000001' }

describe('asking the advisor of this order', () => {
  it('opens the chat with that member and no other', async () => {
    const app = appWith('limin')
    await write(app, { repair_order_id: 7 })
    expect(app.api.contact).toHaveBeenCalledWith({ repair_order_id: 7 })
    expect(app.wx.openChat).toHaveBeenCalledWith('limin')
    expect(app.wx.makePhoneCall).not.toHaveBeenCalled()
  })

  it('dials when they are no friends, or the chat is gone', async () => {
    for (const app of [appWith(null), appWith('limin', false)]) {
      await write(app, {})
      expect(app.wx.makePhoneCall).toHaveBeenCalledWith(CALLEE)
    }
  })
})

it('phoning dials and opens no chat', async () => {
  const app = appWith('limin')
  await phone(app, { store_id: 3 })
  expect(app.wx.makePhoneCall).toHaveBeenCalledWith(CALLEE)
  expect(app.wx.openChat).not.toHaveBeenCalled()
})
