/** What every page of the mini-program needs: the API, WeChat and the way to other pages. */
import { inject, provide, type InjectionKey } from 'vue'
import { newKey } from '@shared/intent'
import type { OwnerApi, SubscribeMoment } from './api'
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

/**
 * The accepts to ask for at this moment. The template ids are read when the page opens, so that `ask` opens WeChat's
 * pop-up inside the tap itself (it refuses to open later); it asks once per page, and a refusal or a failure never
 * stops the act.
 */
export function useNotices(app: OwnerApp, moment: SubscribeMoment) {
  const templates = app.api.templates(moment).then(
    (answer) => answer.templates,
    () => [] as { id: string; title: string }[],
  )
  let asked = false

  async function ask(): Promise<void> {
    const wanted = await templates
    if (asked || wanted.length === 0) return
    asked = true
    try {
      await app.api.subscribed(await app.wx.requestSubscribe(wanted), newKey())
    } catch {
      // No notice then: the advisor gets a task instead, decided by the server's ledger.
    }
  }

  return { ask }
}
