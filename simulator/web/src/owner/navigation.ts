/** Where in the mini-program the owner is: three tabs and a stack of pages above them. */
import { computed, ref } from 'vue'
import type { BookedFocus, BookingDraft } from './types'

export type Tab = 'home' | 'coupons' | 'me'

export type Page =
  | { name: Tab }
  | { name: 'home'; appointmentId: number }
  | { name: 'visits'; vehicleId: number }
  | { name: 'bind' }
  | { name: 'times'; vehicleId: number; couponId?: number; moves?: BookedFocus }
  | { name: 'booking'; draft: BookingDraft }
  | { name: 'progress' | 'report' | 'extra' | 'hand-over'; repairOrderId: number }
  | { name: 'bill'; billId: number }
  | { name: 'bill-of'; repairOrderId: number }
  | { name: 'survey'; surveyId: number }
  | { name: 'claim'; token: string }
  | { name: 'additional-work'; additionalWorkId: number }

const NUMBERED: Record<string, (id: number) => Page> = {
  progress: (id) => ({ name: 'progress', repairOrderId: id }),
  report: (id) => ({ name: 'report', repairOrderId: id }),
  'additional-work': (id) => ({ name: 'additional-work', additionalWorkId: id }),
  delivery: (id) => ({ name: 'hand-over', repairOrderId: id }),
  bill: (id) => ({ name: 'bill', billId: id }),
  survey: (id) => ({ name: 'survey', surveyId: id }),
  appointment: (id) => ({ name: 'home', appointmentId: id }),
}

/** The page a mini-program path opens: `pages/progress/index?id=7`, `pages/claim/index.html?ticket=…`. Unknown ones open O1. */
export function pageOf(path: string): Page {
  const [route = '', query = ''] = path.split('?')
  const name = route.replace(/^\/?pages\//, '').replace(/\.html$/, '').split('/')[0] ?? ''
  const parameters = new URLSearchParams(query)
  const token = parameters.get('ticket') ?? parameters.get('campaign')
  if (name === 'claim' && token) return { name: 'claim', token }
  if (name === 'coupons' || name === 'me') return { name }
  const open = NUMBERED[name]
  const id = Number(parameters.get('id'))
  return open && id > 0 ? open(id) : { name: 'home' }
}

export function useNavigation(first: Page) {
  const stack = ref<Page[]>([first])
  const page = computed(() => stack.value[stack.value.length - 1] as Page)
  return {
    page,
    go: (next: Page) => stack.value.push(next),
    replace: (next: Page) => (stack.value = [...stack.value.slice(0, -1), next]),
    back: () => (stack.value = stack.value.length > 1 ? stack.value.slice(0, -1) : [{ name: 'home' }]),
    tab: (name: Tab) => (stack.value = [{ name }]),
  }
}
