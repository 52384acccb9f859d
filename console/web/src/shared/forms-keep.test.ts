import { expect, it } from 'vitest'

/** Every page and part of the console as it is written. */
const sources = import.meta.glob<string>(['../pages/**/*.vue'], { query: '?raw', import: 'default', eager: true })

/** Where what is typed goes: a draft of this form, or the form it is a part of, which has one. */
const KEEPS = /useDraft[(<]|useForm[(<]|useLeft[(<]|defineModel[(<]|EvidenceForm/
/** Ticks and choices are found again with a tap; what somebody wrote is not. */
const WRITTEN = /<input\b(?![^>]*type="(?:checkbox|radio|range)")[^>]*\bv-model(?:\.\w+)?="([^"]+)"/g

/** Forms that keep nothing, and why. */
const NOTHING_TO_KEEP: Record<string, string> = {
  'customers/MergePanel.vue': 'a search box and a form of one line',
  'service/OutsideMovementsPage.vue': 'two forms of one line each',
  'marketing/plans/PlanPage.vue': 'a plan saves itself at the server as it is filled in',
}

it.each(Object.entries(sources))('%s keeps what is written into more than a line', (path, source) => {
  const name = path.replace('../pages/', '')
  const lines = new Set([...source.matchAll(WRITTEN)].map((found) => found[1]))
  const isLong = source.includes('<textarea') || lines.size >= 2
  if (isLong && !(name in NOTHING_TO_KEEP)) expect(source).toMatch(KEEPS)
})
