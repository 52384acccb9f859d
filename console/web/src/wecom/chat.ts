/**
 * Opening a chat from a page that is shown inside WeCom, with WeCom's JS-SDK. Its scripts are fetched on the first use
 * only, since WeCom is the only place where they do anything. The SDK cannot put words into a chat that it opens; only
 * in the toolbar of the chat itself can a page hand over a message.
 */
import { readPageSignatures } from '@/api/wecom-pages'

type Answer = { err_msg: string; entry?: string; userId?: string }
type Signed = { timestamp: number; nonceStr: string; signature: string; jsApiList: string[] }
export interface WeComSdk {
  config: (options: Signed & { beta: true; appId: string }) => void
  ready: (then: () => void) => void
  error: (then: (why: unknown) => void) => void
  agentConfig: (options: Signed & { corpid: string; agentid: string; success: () => void; fail: (why: unknown) => void }) => void
  invoke: (name: string, options: object, then: (answer: Answer) => void) => void
  openEnterpriseChat: (options: { userIds: string; externalUserIds: string; groupName: string; chatId: string; success: () => void; fail: (why: unknown) => void }) => void
}

const SCRIPTS = ['https://res.wx.qq.com/open/js/jweixin-1.2.0.js', 'https://open.work.weixin.qq.com/wwopen/js/jwxwork-1.0.0.js']
const CALLS = ['openEnterpriseChat', 'sendChatMessage', 'getContext', 'getCurExternalContact']
const TOOLBARS = ['single_chat_tools', 'chat_attachment']

/** Whether this page is shown inside WeCom, on a phone or a computer. */
export const isInWeCom = (agent: string = navigator.userAgent): boolean => /wxwork/i.test(agent)

let ready: Promise<WeComSdk> | null = null

/** The SDK, signed for this page; asked anew after a failure. */
function sdk(): Promise<WeComSdk> {
  ready ??= begin().catch((problem: unknown) => {
    ready = null
    throw problem
  })
  return ready
}

async function begin(): Promise<WeComSdk> {
  for (const script of SCRIPTS) await load(script)
  const wx = (window as unknown as { wx: WeComSdk }).wx
  const here = location.href.split('#')[0] ?? ''
  // An iPhone checks the address at which the web view was entered, other phones the one that is shown.
  const entered = (performance.getEntriesByType('navigation')[0]?.name ?? here).split('#')[0] ?? here
  try {
    await sign(wx, here)
  } catch (problem) {
    if (entered === here) throw problem
    await sign(wx, entered)
  }
  return wx
}

async function load(address: string): Promise<void> {
  await new Promise<void>((done, failed) => {
    const script = document.createElement('script')
    script.src = address
    script.onload = () => done()
    script.onerror = () => failed(new Error(`cannot load ${address}`))
    document.head.append(script)
  })
}

async function sign(wx: WeComSdk, url: string): Promise<void> {
  const { corp_id, agent_id, config, agent_config } = await readPageSignatures(url)
  const signed = ({ nonce, timestamp, signature }: typeof config): Signed => ({ timestamp, nonceStr: nonce, signature, jsApiList: CALLS })
  await new Promise<void>((done, failed) => {
    wx.ready(done)
    wx.error(failed)
    wx.config({ ...signed(config), beta: true, appId: corp_id })
  })
  await new Promise<void>((success, fail) => wx.agentConfig({ ...signed(agent_config), corpid: corp_id, agentid: String(agent_id), success, fail }))
}

const ask = (wx: WeComSdk, name: string, options: object = {}): Promise<Answer> => new Promise((then) => wx.invoke(name, options, then))

/** Whether the page is the toolbar of the very chat with this friend. */
async function isBesideChat(wx: WeComSdk, externalUserid: string): Promise<boolean> {
  const { entry } = await ask(wx, 'getContext')
  return TOOLBARS.includes(entry ?? '') && (await ask(wx, 'getCurExternalContact')).userId === externalUserid
}

/**
 * Hand the words over in the friend's chat, or open it so that they can be pasted. 'OFFERED' means that WeCom took the
 * message for the chat; whether anything was sent is known to the person only.
 */
export async function openChat(externalUserid: string, words: string, wecom: Promise<WeComSdk> = sdk()): Promise<'OFFERED' | 'OPENED'> {
  const wx = await wecom
  if (await isBesideChat(wx, externalUserid)) {
    const answer = await ask(wx, 'sendChatMessage', { msgtype: 'text', enterChat: true, text: { content: words } })
    if (answer.err_msg === 'sendChatMessage:ok') return 'OFFERED'
  }
  await new Promise<void>((success, fail) =>
    wx.openEnterpriseChat({ userIds: '', externalUserIds: externalUserid, groupName: '', chatId: '', success, fail }),
  )
  return 'OPENED'
}
