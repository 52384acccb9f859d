/** 发消息, 先问问 and 打电话: to the advisor of this order, or the store, and to nobody else. */
import type { OwnerApp } from './app'

export interface About {
  repair_order_id?: number
  store_id?: number
}

type Reach = { api: Pick<OwnerApp['api'], 'contact'>; wx: Pick<OwnerApp['wx'], 'openChat' | 'makePhoneCall'> }

/** The chat with the advisor; the dialler where they are no WeCom friends. */
export async function write(app: Reach, about: About): Promise<void> {
  const contact = await app.api.contact(about)
  if (contact.chat_userid && (await app.wx.openChat(contact.chat_userid))) return
  await dial(app, contact)
}

export async function phone(app: Reach, about: About): Promise<void> {
  await dial(app, await app.api.contact(about))
}

async function dial(app: Reach, contact: Awaited<ReturnType<Reach['api']['contact']>>): Promise<void> {
  const name = [contact.store, contact.advisor].filter(Boolean).join(' · ') || '门店'
  await app.wx.makePhoneCall({ name, phone: contact.phone ?? '' })
}
