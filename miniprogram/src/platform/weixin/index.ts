/** The platform as WeChat gives it. Nothing here decides anything: each function is one call and its answer in our words. */
import { readonly, ref } from 'vue'
import type { Platform, StandingChoice, SubscribeAnswer } from '../types'

const isSeen = ref(true)
const isOnline = ref(true)
const fontScale = ref(1)

/** The size WeChat's text has when nobody changed it. */
const USUAL_FONT_PX = 16

function watchPhone(): void {
  uni.onAppShow(() => (isSeen.value = true))
  uni.onAppHide(() => (isSeen.value = false))
  uni.onNetworkStatusChange(({ isConnected }) => (isOnline.value = isConnected))
  const base = uni.getAppBaseInfo() as { fontSizeScaleFactor?: number; fontSizeSetting?: number }
  fontScale.value = base.fontSizeScaleFactor ?? (base.fontSizeSetting ?? USUAL_FONT_PX) / USUAL_FONT_PX
}
watchPhone()

/** WeChat's callbacks as a promise; `fail` gives the fallback, and without one it is an error. */
function asked<T>(ask: (on: { success: (answer: T) => void; fail: (reason: { errMsg: string }) => void }) => void): Promise<T> {
  return new Promise((resolve, reject) => ask({ success: resolve, fail: ({ errMsg }) => reject(new Error(errMsg)) }))
}

const answerOf = (said: string): SubscribeAnswer => (said === 'accept' ? 'accept' : 'reject')

export const platform: Platform = {
  server: () => Promise.resolve(import.meta.env.VITE_API ?? ''),
  login: async () => (await asked<{ code: string }>((on) => uni.login(on))).code,
  requestSubscribe: async (templates) => {
    const tmplIds = templates.map(({ id }) => id)
    const said = await asked<Record<string, string>>((on) => uni.requestSubscribeMessage({ tmplIds, ...on } as never))
    return Object.fromEntries(tmplIds.filter((id) => said[id]).map((id) => [id, answerOf(said[id] ?? '')]))
  },
  standingChoice: async (): Promise<StandingChoice> => {
    const { subscriptionsSetting: setting } = await asked<{
      subscriptionsSetting?: { mainSwitch: boolean; itemSettings?: Record<string, string> }
    }>((on) => uni.getSetting({ withSubscriptions: true, ...on } as never))
    const settled = Object.entries(setting?.itemSettings ?? {}).map(([id, said]) => [id, answerOf(said)] as const)
    return { isOn: setting?.mainSwitch ?? true, settled: Object.fromEntries(settled) }
  },
  openSettings: () => asked((on) => uni.openSetting({ withSubscriptions: true, ...on } as never)),
  requestPayment: (parameters) =>
    new Promise((resolve) => uni.requestPayment({ ...parameters, success: () => resolve('ok'), fail: () => resolve('cancel') } as never)),
  choosePhoto: () =>
    new Promise((resolve) =>
      uni.chooseMedia({
        count: 1,
        mediaType: ['image'],
        sizeType: ['compressed'],
        success: ({ tempFiles: [file] }) => resolve(file ? { path: file.tempFilePath, bytes: () => bytesOf(file.tempFilePath) } : null),
        fail: () => resolve(null),
      }),
    ),
  confirm: ({ title, content, yes, no }) =>
    new Promise((resolve) =>
      uni.showModal({ title, content, confirmText: yes, cancelText: no, success: ({ confirm }) => resolve(confirm), fail: () => resolve(false) }),
    ),
  call: ({ name, phone }) =>
    phone
      ? new Promise((resolve) => uni.makePhoneCall({ phoneNumber: phone, complete: () => resolve() }))
      : new Promise((resolve) => uni.showModal({ title: name, content: '还没有登记电话', showCancel: false, complete: () => resolve() })),
  // WeChat opens no chat with a WeCom contact from a mini-program: the pages offer the telephone instead.
  openChat: () => Promise.resolve(false),
  hasChat: false,
  // WeChat hands a file on to a chat only; one's own 文件传输助手 is among them.
  keepFile: async ({ name, text }) => {
    const native = uni as unknown as Native
    const filePath = `${native.env.USER_DATA_PATH}/${name}`
    await asked((on) => uni.getFileSystemManager().writeFile({ filePath, data: text, encoding: 'utf8', ...on }))
    const isKept = await new Promise<boolean>((resolve) =>
      native.shareFileMessage({ filePath, fileName: name, success: () => resolve(true), fail: () => resolve(false) }),
    )
    // What names the owner stays on the phone only where they have sent it.
    await new Promise<void>((resolve) => uni.getFileSystemManager().unlink({ filePath, complete: () => resolve() }))
    return isKept
  },
  openPdf: async ({ url, headers }) => {
    const { tempFilePath, statusCode } = await asked<{ tempFilePath: string; statusCode: number }>((on) =>
      uni.downloadFile({ url, header: headers, ...on } as never),
    )
    if (statusCode !== 200) throw new Error(`download: ${statusCode}`)
    // With its menu the owner sends it to a chat or saves it.
    await asked((on) => uni.openDocument({ filePath: tempFilePath, fileType: 'pdf', showMenu: true, ...on } as never))
  },
  openLocation: ({ name, address, latitude, longitude }) =>
    latitude == null || longitude == null
      ? new Promise((resolve) => uni.setClipboardData({ data: address, complete: () => resolve() }))
      : new Promise((resolve) => uni.openLocation({ name, address, latitude, longitude, complete: () => resolve() })),
  socket: (url, on) => {
    // Without a callback of ours the answer would be a promise.
    const task = uni.connectSocket({ url, complete: () => undefined }) as unknown as UniApp.SocketTask
    let isOver = false
    const lose = (code?: number): void => {
      if (!isOver) on.lost(code)
      isOver = true
    }
    task.onOpen(on.open)
    task.onMessage(({ data }) => on.data(String(data)))
    task.onClose((closed) => lose((closed as { code?: number } | undefined)?.code))
    task.onError(() => lose())
    return {
      close: () => {
        isOver = true
        task.close({})
      },
    }
  },
  isSeen: readonly(isSeen),
  isOnline: readonly(isOnline),
  fontScale: readonly(fontScale),
  now: () => new Date(),
  answered: () => undefined,
}

/** What uni passes on of WeChat and its types do not know. */
interface Native {
  env: { USER_DATA_PATH: string }
  shareFileMessage: (given: { filePath: string; fileName: string; success: () => void; fail: () => void }) => void
}

function bytesOf(filePath: string): Promise<ArrayBuffer> {
  return asked<{ data: string | ArrayBuffer }>((on) => uni.getFileSystemManager().readFile({ filePath, ...on })).then(
    ({ data }) => data as ArrayBuffer,
  )
}
