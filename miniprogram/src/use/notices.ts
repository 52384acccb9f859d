/**
 * Which notices to ask for at which act, and how. WeChat shows three templates at most, one accept is one notice, and its
 * pop-up opens only inside the tap itself or right after the pay sheet: so the template ids are read when the page opens, and
 * `ask` opens it before anything is awaited. A refusal or a failure never
 * stops the act.
 */
import { ref } from 'vue'
import { owner } from '@/api/owner'
import { platform, type SubscribeAnswer, type Template } from '@/platform'
import { newKey } from './intent'

export const NOTICES_OF = {
  booking: ['S-APPT-RESULT', 'S-APPT-REMINDER', 'S-PROGRESS'],
  reschedule: ['S-APPT-RESULT', 'S-APPT-REMINDER'],
  inspection: ['S-PROGRESS', 'S-SERVICE-DUE'],
  loan: ['S-LOAN', 'S-PROGRESS'],
  estimate: ['S-EXTRA', 'S-PROGRESS', 'S-BILL'],
  extra: ['S-EXTRA', 'S-PROGRESS'],
  payment: ['S-RECEIPT', 'S-SURVEY', 'S-COUPON-EXPIRING'],
  request: ['S-ANSWER'],
  privacy: ['S-PRIVACY'],
  claim: ['S-COUPON-ARRIVED', 'S-COUPON-EXPIRING', 'S-COUPON-VOIDED'],
} as const satisfies Record<string, readonly string[]>

type Known = Awaited<ReturnType<typeof owner.templates>>
let reading: Promise<Known> | null = null

/** Read once for each opening of the mini-program: they change when the dealer applies for others. */
function templates(): Promise<Known> {
  if (!reading) {
    const begun = owner.templates()
    reading = begun
    begun.catch(() => reading === begun && (reading = null))
  }
  return reading
}

/** What the owner switched off is not asked for any more: the next page reads anew. */
export function forgetTemplates(): void {
  reading = null
}

async function keep(answers: Record<string, SubscribeAnswer>): Promise<void> {
  const choices = Object.entries(answers).map(([template_id, said]) => ({ template_id, is_accepted: said === 'accept' }))
  if (choices.length) await owner.subscribed(choices, newKey())
}

type Moment = keyof typeof NOTICES_OF
const isOf = (moment: Moment, message: string): boolean => (NOTICES_OF[moment] as readonly string[]).includes(message)

/** Asks once for each page; a page that learns only later what it is about says so when it is tapped. */
export function useNotices(moment: Moment | (() => Moment)) {
  let known: Known = []
  templates().then(
    (read) => (known = read),
    () => undefined,
  )
  function wanted(): Template[] {
    const now = typeof moment === 'function' ? moment() : moment
    return known.filter((each) => isOf(now, each.message)).map((each) => ({ id: each.template_id, title: each.title }))
  }
  /** They are refused for good, so no pop-up can help: the way to WeChat's own settings is offered, once. */
  const isSwitchedOff = ref(false)
  let hasAsked = false

  async function ask(): Promise<void> {
    const asked = wanted()
    if (hasAsked || asked.length === 0) return
    hasAsked = true
    try {
      const answers = await platform.requestSubscribe(asked)
      await keep(answers)
      if (asked.some(({ id }) => answers[id] === 'accept')) return
      const { isOn, settled } = await platform.standingChoice()
      isSwitchedOff.value = !isOn || asked.every(({ id }) => settled[id] === 'reject')
    } catch {
      // No notice then: the advisor gets a task instead, decided by the server's ledger.
    }
  }

  async function openSettings(): Promise<void> {
    isSwitchedOff.value = false
    await platform.openSettings().catch(() => undefined)
    hasAsked = false
  }

  return { ask, isSwitchedOff, openSettings }
}
