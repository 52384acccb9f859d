import { expect, it } from 'vitest'
import type { FieldValue } from '@/api/custom-values'
import { changedOf, fillable, shown, typed } from './custom-words'

const field = (columns: Partial<FieldValue>) =>
  ({ code: 'parking', name: '车位', kind: 'TEXT', options: [], hint: '', is_live: true, is_hidden: false, text: null, number: null, day: null, yes: null, ...columns }) as FieldValue

it('shows each type as people read it', () => {
  expect(shown(field({ text: 'B2-117' }))).toBe('B2-117')
  expect(shown(field({ kind: 'YES', yes: false }))).toBe('否')
  expect(shown(field({ is_hidden: true }))).toBe('（您不能看）')
  expect(shown(field({}))).toBe('')
})

it('sends only what changed, and null for what was emptied', () => {
  const fields = [field({ text: 'B2-117' }), field({ code: 'vip', kind: 'YES' }), field({ code: 'km', kind: 'NUMBER', number: '12' })]
  expect(changedOf(fields, { parking: '', vip: 'yes', km: '12' })).toEqual({ parking: null, vip: true })
  expect(typed(field({ kind: 'YES', yes: true }))).toBe('yes')
})

it('offers neither an ended field nor one that may not be seen', () => {
  expect(fillable([field({ is_live: false }), field({ is_hidden: true }), field({ code: 'a' })]).map(({ code }) => code)).toEqual(['a'])
})
