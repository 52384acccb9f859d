/** What WeChat itself does for a mini-program. The simulator's phone plays it; a real mini-program has `wx`. */

export type SubscribeAnswer = 'accept' | 'reject'

export interface PaymentParameters {
  timeStamp: string
  nonceStr: string
  package: string
  signType: string
  paySign: string
}

/** A question before something that cannot be taken back: what it is, what happens, and the two answers as verbs. */
export interface Question {
  title: string
  content: string
  yes: string
  no: string
}

/** Who answers at a number. */
export interface Callee {
  name: string
  phone: string
}

export interface WeChat {
  /** `wx.login`: a code good for five minutes and once. */
  login: () => Promise<string>
  /** The 「手机号快捷登录」 button; null when the person refuses. */
  phoneCode: () => Promise<string | null>
  /** `wx.chooseMedia`: one photo, taken now or from the album; null when the person goes back. */
  chooseImage: () => Promise<Blob | null>
  /** `wx.showModal`: true when the person pressed the answer that acts. */
  confirm: (question: Question) => Promise<boolean>
  /** `wx.requestSubscribeMessage`: opens only on a tap, at most three templates. */
  requestSubscribe: (templates: { id: string; title: string }[]) => Promise<Record<string, SubscribeAnswer>>
  /** `wx.requestPayment`: what the pay sheet said; only our server knows whether money moved. */
  requestPayment: (parameters: PaymentParameters) => Promise<'ok' | 'cancel'>
  /** The chat with this member of staff; false when there is none. */
  openChat: (userid: string) => Promise<boolean>
  /** `wx.makePhoneCall`: the dialler with the number in it. */
  makePhoneCall: (callee: Callee) => Promise<void>
  close: () => void
}
