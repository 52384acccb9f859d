import { describe, expect, it } from 'vitest'
import { isInWeCom, openChat, type WeComSdk } from './chat'

/** WeCom as the page sees it: where it is shown, beside whose chat, and whether a message is taken. */
function wecom(entry: string, userId: string, sends = true) {
  const calls: string[] = []
  const invoke: WeComSdk['invoke'] = (name, options, then) => {
    calls.push(name === 'sendChatMessage' ? `${name} ${JSON.stringify(options)}` : name)
    then(name === 'getContext' ? { err_msg: 'getContext:ok', entry } : { err_msg: `${name}:${sends ? 'ok' : 'fail'}`, userId })
  }
  const openEnterpriseChat: WeComSdk['openEnterpriseChat'] = ({ externalUserIds, success }) => {
    calls.push(`open ${externalUserIds}`)
    success()
  }
  return { calls, sdk: Promise.resolve({ invoke, openEnterpriseChat } as unknown as WeComSdk) }
}

describe('a chat is opened from the page', () => {
  it('with nothing in it, where the page is no toolbar', async () => {
    const { calls, sdk } = wecom('normal', '')
    expect(await openChat('wm1', '您好', sdk)).toBe('OPENED')
    expect(calls).toEqual(['getContext', 'open wm1'])
  })

  it('with the words, in the toolbar of that very chat', async () => {
    const { calls, sdk } = wecom('single_chat_tools', 'wm1')
    expect(await openChat('wm1', '您好', sdk)).toBe('OFFERED')
    expect(calls.at(-1)).toBe('sendChatMessage {"msgtype":"text","enterChat":true,"text":{"content":"您好"}}')
  })

  it('never in the chat of another friend', async () => {
    const { calls, sdk } = wecom('single_chat_tools', 'wm2')
    expect(await openChat('wm1', '您好', sdk)).toBe('OPENED')
    expect(calls.join()).not.toContain('sendChatMessage')
  })

  it('empty, when WeCom does not take the words', async () => {
    expect(await openChat('wm1', '您好', wecom('chat_attachment', 'wm1', false).sdk)).toBe('OPENED')
  })

  it('only inside WeCom', () => {
    expect(isInWeCom('Mozilla/5.0 (Linux; Android 12) MicroMessenger/7.0.1 wxwork/4.1.0')).toBe(true)
    expect(isInWeCom('Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.1')).toBe(false)
  })
})
