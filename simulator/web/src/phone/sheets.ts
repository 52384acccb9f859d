/** The pop-ups of WeChat that wait for the person's own answer. One at a time. */
import { shallowRef } from 'vue'
import { control } from '@/control/api'
import type { PaySheet } from '@/control/types'
import type { Callee, PaymentParameters, Question, SubscribeAnswer, WeChat } from '@/owner/wx'

export type OpenSheet =
  | { kind: 'phone'; answer: (allowed: boolean) => void }
  | { kind: 'camera'; answer: (photo: Blob | null) => void }
  | { kind: 'question'; question: Question; answer: (yes: boolean) => void }
  | { kind: 'subscribe'; templates: { id: string; title: string }[]; answer: (choices: Record<string, boolean>) => void }
  | { kind: 'pay'; order: PaySheet; answer: (paid: boolean) => void }
  | { kind: 'dial'; callee: Callee; answer: (done: null) => void }

export function useSheets(personId: () => string, leave: { openChat: WeChat['openChat']; close: () => void }) {
  const sheet = shallowRef<OpenSheet | null>(null)

  function ask<T>(open: (answer: (value: T) => void) => OpenSheet): Promise<T> {
    return new Promise((resolve) => {
      sheet.value = open((value) => {
        sheet.value = null
        resolve(value)
      })
    })
  }

  async function requestSubscribe(templates: { id: string; title: string }[]): Promise<Record<string, SubscribeAnswer>> {
    const choices = await ask<Record<string, boolean>>((answer) => ({ kind: 'subscribe', templates, answer }))
    return control.subscribe(personId(), choices)
  }

  async function requestPayment(parameters: PaymentParameters): Promise<'ok' | 'cancel'> {
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
    chooseImage: () => ask<Blob | null>((answer) => ({ kind: 'camera', answer })),
    confirm: (question) => ask<boolean>((answer) => ({ kind: 'question', question, answer })),
    makePhoneCall: async (callee) => {
      await ask<null>((answer) => ({ kind: 'dial', callee, answer }))
    },
    requestSubscribe,
    requestPayment,
    ...leave,
  }
  return { sheet, wx }
}
