import { expect, it } from 'vitest'

/** Every page and part of the console as it is written. */
const sources = import.meta.glob<string>(['./**/*.vue'], { query: '?raw', import: 'default', eager: true })

/** Where what is typed goes: a draft of this form, or the form it is a part of, which has one. */
const KEEPS = /useDraft[(<]|useForm[(<]|useLeft[(<]|defineModel[(<]|EvidenceForm/
/** Ticks and choices are found again with a tap; what somebody wrote is not. */
const WRITTEN = /<input\b(?![^>]*type="(?:checkbox|radio|range)")[^>]*\bv-model(?:\.\w+)?="([^"]+)"/g

/** Forms that keep nothing, and why. */
const NOTHING_TO_KEEP: Record<string, string> = {
  'service/parts/StockCard.vue': 'a number and a bin, both read off the shelf',
  'customers/MergePanel.vue': 'a search box and a form of one line',
  'service/cashier/ReceiveMoney.vue': 'the number of a slip, and the cash somebody holds in their hand',
  'service/cashier/RedirectRefund.vue': 'a bank account, which is kept nowhere',
  'service/cashier/OutsideMovementsPage.vue': 'two forms of one line each',
  'marketing/broadcasts/BroadcastPage.vue': 'a broadcast saves itself at the server as it is filled in',
}

function isLong(source: string): boolean {
  const lines = new Set([...source.matchAll(WRITTEN)].map((found) => found[1]))
  return source.includes('<textarea') || lines.size >= 2
}

const long = Object.entries(sources)
  .map(([path, source]) => ({ name: path.replace('./', ''), source }))
  .filter(({ name, source }) => isLong(source) && !(name in NOTHING_TO_KEEP))

it.each(long)('$name keeps what is written into more than a line', ({ source }) => {
  expect(source).toMatch(KEEPS)
})
