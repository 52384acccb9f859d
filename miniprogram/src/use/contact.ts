/** 发消息, 先问问 and 打电话: to the advisor of this order, or the store, and to nobody else. */
import { owner } from '@/api/owner'
import { platform } from '@/platform'

export interface About {
  repair_order_id?: number
  store_id?: number
}

/** 发消息 and 先问问 are offered only where they lead to a chat. */
export const { hasChat } = platform

/** The chat with the advisor; the dialler where they have none. */
export async function write(about: About): Promise<void> {
  const contact = await owner.contact(about)
  if (contact.chat_userid && (await platform.openChat(contact.chat_userid))) return
  await dial(contact)
}

export async function phone(about: About): Promise<void> {
  await dial(await owner.contact(about))
}

/** Who answers, as a page has read it already; without a number the host says so. */
export async function dial(who: { advisor?: string | null; store?: string | null; phone: string | null }): Promise<void> {
  const name = [who.store, who.advisor].filter(Boolean).join(' · ') || '门店'
  await platform.call({ name, phone: who.phone ?? '' })
}
