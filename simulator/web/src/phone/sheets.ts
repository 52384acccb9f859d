/** The pop-ups of WeChat that wait for the person's own answer. One at a time. */
import { shallowRef } from 'vue'
import type { Asks } from '@miniprogram/platform/host/words'
import type { Callee, Place, Question, Shared, StandingChoice, SubscribeAnswer, Template } from '@miniprogram/platform/types'
import { control } from '@/control/api'
import type { PaySheet } from '@/control/types'

/** What the person ticked, and whether it is a standing choice (「总是保持以上选择」). */
export interface Ticked {
  choices: Record<string, boolean>
  isForGood: boolean
}

export type OpenSheet =
  | { kind: 'phone'; answer: (allowed: boolean) => void }
  | { kind: 'camera'; answer: (photo: Blob | null) => void }
  | { kind: 'question'; question: Question; answer: (yes: boolean) => void }
  | { kind: 'subscribe'; templates: Template[]; answer: (ticked: Ticked) => void }
  | { kind: 'settings'; templates: Template[]; isOn: boolean; answer: (isOn: boolean) => void }
  | { kind: 'pay'; order: PaySheet; answer: (paid: boolean) => void }
  | { kind: 'dial'; callee: Callee; answer: (done: null) => void }
  | { kind: 'map'; place: Place; answer: (done: null) => void }
  | { kind: 'share'; card: Shared; answer: (isOpened: boolean) => void }

/** WeChat as the mini-program in this phone knows it, and the way out of it. */
export type WeChat = { [A in Exclude<keyof Asks, 'hello'>]: (given: Asks[A]['with']) => Promise<Asks[A]['gives']> } & { close: () => void }

export function useSheets(personId: () => string, leave: { openChat: WeChat['openChat']; openPage: (path: string) => void; close: () => void }) {
  const sheet = shallowRef<OpenSheet | null>(null)
  /** What each person chose for good; the pop-up no longer asks about these. */
  const standing = new Map<string, StandingChoice & { templates: Template[] }>()
  const settledBy = () => standing.get(personId()) ?? { isOn: true, settled: {}, templates: [] }

  function ask<T>(open: (answer: (value: T) => void) => OpenSheet): Promise<T> {
    return new Promise((resolve) => {
      sheet.value = open((value) => {
        sheet.value = null
        resolve(value)
      })
    })
  }

  async function requestSubscribe(templates: Template[]): Promise<Record<string, SubscribeAnswer>> {
    const { isOn, settled } = settledBy()
    const said = (each: Template): boolean => isOn && settled[each.id] === 'accept'
    const isSettled = !isOn || templates.every((each) => settled[each.id])
    if (isSettled) return control.subscribe(personId(), Object.fromEntries(templates.map((each) => [each.id, said(each)])))
    const open = templates.filter((each) => !settled[each.id])
    const ticked = await ask<Ticked>((answer) => ({ kind: 'subscribe', templates: open, answer }))
    if (ticked.isForGood) {
      const answers = open.map((each) => [each.id, ticked.choices[each.id] ? 'accept' : 'reject'] as const)
      standing.set(personId(), { isOn, settled: { ...settled, ...Object.fromEntries(answers) }, templates })
    }
    const kept = templates.filter((each) => settled[each.id]).map((each) => [each.id, said(each)])
    return control.subscribe(personId(), { ...Object.fromEntries(kept), ...ticked.choices })
  }

  async function openSettings(): Promise<null> {
    const { isOn, templates } = settledBy()
    const wanted = await ask<boolean>((answer) => ({ kind: 'settings', templates, isOn, answer }))
    // Whoever opens this page and leaves notices on wants them asked for again.
    standing.set(personId(), { isOn: wanted, settled: {}, templates })
    return null
  }

  async function requestPayment(parameters: Asks['requestPayment']['with']): Promise<'ok' | 'cancel'> {
    const order = await control.openPaySheet(personId(), parameters)
    const paid = await ask<boolean>((answer) => ({ kind: 'pay', order, answer }))
    await (paid ? control.confirmPayment : control.cancelPayment)(personId(), order.out_trade_no)
    return paid ? 'ok' : 'cancel'
  }

  const wx: WeChat = {
    login: () => control.login(personId()),
    phoneCode: async () => {
      const allowed = await ask<boolean>((answer) => ({ kind: 'phone', answer }))
      return allowed ? control.phoneCode(personId()) : null
    },
    choosePhoto: () => ask<Blob | null>((answer) => ({ kind: 'camera', answer })),
    confirm: (question) => ask<boolean>((answer) => ({ kind: 'question', question, answer })),
    call: (callee) => ask<null>((answer) => ({ kind: 'dial', callee, answer })),
    openLocation: (place) => ask<null>((answer) => ({ kind: 'map', place, answer })),
    standingChoice: async () => {
      const { isOn, settled } = settledBy()
      return { isOn, settled }
    },
    share: async (card) => {
      if (await ask<boolean>((answer) => ({ kind: 'share', card, answer }))) leave.openPage(card.path)
      return null
    },
    openSettings,
    requestSubscribe,
    requestPayment,
    openChat: leave.openChat,
    close: leave.close,
  }
  return { sheet, wx }
}
