/** 发消息, 先问问 and 打电话: to the advisor of this order, or the store, and to nobody else. */
import { ApiError } from '@/api/client'
import { owner } from '@/api/owner'
import { platform } from '@/platform'

export interface About {
  repair_order_id?: number
  store_id?: number
}

/** 发消息 and 先问问 are offered only where they lead to a chat. */
export const { hasChat } = platform

/** Who answers; without an answer from our server the page says so: a tap without any effect looks like a broken button. */
async function whoAnswers(about: About): Promise<Awaited<ReturnType<typeof owner.contact>> | null> {
  try {
    return await owner.contact(about)
  } catch (reason) {
    uni.showToast({ icon: 'none', title: reason instanceof ApiError ? reason.message : '网络不好，没查到电话，请再点一次' })
    return null
  }
}

/** The chat with the advisor; the dialler where they have none. */
export async function write(about: About): Promise<void> {
  const contact = await whoAnswers(about)
  if (!contact) return
  if (contact.chat_userid && (await platform.openChat(contact.chat_userid))) return
  await dial(contact)
}

export async function phone(about: About): Promise<void> {
  const contact = await whoAnswers(about)
  if (contact) await dial(contact)
}

/** Who answers, as a page has read it already; without a number the host says so. */
export async function dial(who: { advisor?: string | null; store?: string | null; phone: string | null }): Promise<void> {
  const name = [who.store, who.advisor].filter(Boolean).join(' · ') || '门店'
  await platform.call({ name, phone: who.phone ?? '' })
}
