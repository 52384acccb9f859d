/** What every page of the mini-program needs: the API, WeChat and the way to other pages. */
import { inject, provide, type InjectionKey } from 'vue'
import { newKey } from '@shared/intent'
import type { OwnerApi } from './api'
import type { useNavigation } from './navigation'
import type { WeChat } from './wx'

export type OwnerApp = { api: OwnerApi; wx: WeChat } & ReturnType<typeof useNavigation>

const KEY: InjectionKey<OwnerApp> = Symbol('owner app')

export function provideOwnerApp(app: OwnerApp): void {
  provide(KEY, app)
}

export function useOwnerApp(): OwnerApp {
  const app = inject(KEY)
  if (!app) throw new Error('an owner page outside the mini-program')
  return app
}

/** Which notices to ask for at which act: WeChat shows at most three at once, and one accept is one notice. */
export const NOTICES_OF = {
  booking: ['S-APPT-RESULT', 'S-APPT-REMINDER', 'S-PROGRESS'],
  reschedule: ['S-APPT-RESULT', 'S-APPT-REMINDER'],
  inspection: ['S-PROGRESS'],
  estimate: ['S-EXTRA', 'S-PROGRESS', 'S-BILL'],
  extra: ['S-EXTRA', 'S-PROGRESS'],
  payment: ['S-RECEIPT', 'S-SURVEY', 'S-COUPON-EXPIRING'],
  claim: ['S-COUPON-ARRIVED', 'S-COUPON-EXPIRING'],
} as const satisfies Record<string, readonly string[]>

/**
 * The accepts to ask for at this moment. The template ids are read when the page opens, so that `ask` opens WeChat's
 * pop-up inside the tap itself (it refuses to open later); it asks once per page, and a refusal or a failure never
 * stops the act.
 */
export function useNotices(app: OwnerApp, moment: keyof typeof NOTICES_OF) {
  const templates = app.api.templates().then(
    (known) => NOTICES_OF[moment].flatMap((message) => known.filter((template) => template.message === message)),
    () => [],
  )
  let asked = false

  async function ask(): Promise<void> {
    const wanted = await templates
    if (asked || wanted.length === 0) return
    asked = true
    try {
      const answers = await app.wx.requestSubscribe(wanted.map(({ template_id, title }) => ({ id: template_id, title })))
      await app.api.subscribed(answers, newKey())
    } catch {
      // No notice then: the advisor gets a task instead, decided by the server's ledger.
    }
  }

  return { ask }
}
