/** The ways between pages, each with its address in one place. */

const PAGES = {
  times: '/pages/booking/times',
  look: '/pages/booking/look',
  visitor: '/pages/booking/visitor',
  appointment: '/pages/booking/appointment',
  confirm: '/pages/booking/confirm',
  change: '/pages/booking/change',
  cancel: '/pages/booking/cancel',
  valet: '/pages/booking/valet',
  progress: '/pages/visit/progress',
  report: '/pages/visit/report',
  extra: '/pages/visit/extra',
  history: '/pages/visit/history',
  loan: '/pages/visit/loan',
  share: '/pages/visit/share',
  documents: '/pages/visit/documents',
  bill: '/pages/bill/bill',
  counter: '/pages/bill/counter',
  invoice: '/pages/bill/invoice',
  dispute: '/pages/bill/dispute',
  refund: '/pages/bill/refund',
  delivery: '/pages/bill/delivery',
  survey: '/pages/bill/survey',
  complaint: '/pages/bill/complaint',
  coupon: '/pages/gift/coupon',
  family: '/pages/account/family',
  person: '/pages/account/person',
  car: '/pages/account/car',
  phone: '/pages/account/phone',
  notices: '/pages/account/notices',
  privacy: '/pages/account/privacy',
  copy: '/pages/account/copy',
  bind: '/pages/bind/index',
} as const
export type PageName = keyof typeof PAGES

const TABS = { home: '/pages/home/index', coupons: '/pages/coupons/index', me: '/pages/me/index' } as const
export type TabName = keyof typeof TABS

export function addressOf(page: PageName, query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null)
  return PAGES[page] + (given.length ? `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : '')
}

/** A second tap while the page is on its way fails, and needs nothing: the first one leads there. */
export function go(page: PageName, query?: Record<string, string | number | undefined>): void {
  uni.navigateTo({ url: addressOf(page, query), fail: () => undefined })
}

/** Instead of this page: going back leads to what was before it. */
export function goInstead(page: PageName, query?: Record<string, string | number | undefined>): void {
  uni.redirectTo({ url: addressOf(page, query) })
}

export function goTab(tab: TabName): void {
  uni.switchTab({ url: TABS[tab] })
}

/** The number a page was opened with, 0 for none. */
export function numberIn(query: Record<string, string | undefined>, name: string): number {
  const value = Number(query[name])
  return Number.isSafeInteger(value) && value > 0 ? value : 0
}
