import { expect, it } from 'vitest'

/** Every page and part of the console as it is written; what the parts are, docs/console.md says. */
const sources = Object.entries(import.meta.glob<string>(['../**/*.vue'], { query: '?raw', import: 'default', eager: true }))

it.each([
  ['a choice', '<select', 'fields/ChoiceField.vue'],
  ['something over the page', '<dialog', 'DialogBox.vue, FormDialog.vue or ConfirmAct.vue'],
  ['a day or a time', /type="(?:date|time|datetime-local)"/, 'DateField.vue'],
])('%s is the one part of the kit', (_, written, part) => {
  const own = sources.filter(([, source]) => (typeof written === 'string' ? source.includes(written) : written.test(source))).map(([path]) => path)
  expect(sources.length).toBeGreaterThan(100)
  expect(own, `use ${part} of web/shared`).toEqual([])
})

/** A group may change what a role may do, so only the rights that the server gives decide what a page offers. */
const BEGINS_BY_ROLE = ['./service/today/PeopleToCallPage.vue']
it('no page decides by the names of roles what somebody may do', () => {
  const deciding = sources.filter(([, source]) => /session\.value\??\.roles|session\??\.roles/.test(source)).map(([path]) => path)
  expect(deciding.filter((path) => !BEGINS_BY_ROLE.includes(path)), 'ask session.actions, or let the answer say it').toEqual([])
})
