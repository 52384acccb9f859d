/** 发消息, 先问问 and 打电话: to the advisor of this order, or the store, and to nobody else. */
import { owner } from '@/api/owner'
import { platform } from '@/platform'

export interface About {
  repair_order_id?: number
  store_id?: number
}

/** The chat with the advisor; the dialler where there is none to open. */
export async function write(about: About): Promise<void> {
  const contact = await owner.contact(about)
  if (contact.chat_userid && (await platform.openChat(contact.chat_userid))) return
  await dial(contact)
}

export async function phone(about: About): Promise<void> {
  await dial(await owner.contact(about))
}

async function dial(contact: Awaited<ReturnType<typeof owner.contact>>): Promise<void> {
  const name = [contact.store, contact.advisor].filter(Boolean).join(' · ') || '门店'
  await platform.call({ name, phone: contact.phone ?? '' })
}
