import { expect, it } from 'vitest'
import type { SettingColumn, SettingRow } from '@/api/settings'
import { keptOf, shownOf, typedOf, typedValues, valuesToSend } from './values'

const column = (kind: SettingColumn['kind'], more: Partial<SettingColumn> = {}): SettingColumn => ({
  name: 'it', word: '内容', kind, is_required: true, least: 0, most: 0, unit: '', hint: '', is_fixed: false, is_shown: true, choices: [], usual: '', ...more,
})

it.each([
  ['MONEY', 24_000, '240.00'],
  ['HOURS', 80, '0.8'],
  ['CLOCK', 510, '08:30'],
  ['CLOCK', 1440, '24:00'],
  ['WHOLE', 60, '60'],
  ['ROW', 7, '7'],
  ['DAY', '2026-05-01', '2026-05-01'],
  ['TEXT', '南山店', '南山店'],
] as const)('%s is typed and read back', (kind, kept, typed) => {
  expect(typedOf(column(kind), kept)).toBe(typed)
  expect(keptOf(column(kind), typed)).toBe(kept)
})

it('reads times and amounts as people write them', () => {
  expect(keptOf(column('CLOCK'), '8：30')).toBe(510)
  expect(keptOf(column('CLOCK'), '0830')).toBe(510)
  expect(keptOf(column('MONEY'), '1,299.5')).toBe(129_950)
  expect(keptOf(column('MONEY'), ' ')).toBeNull()
})

it('says what cannot be read instead of guessing', () => {
  expect(() => keptOf(column('MONEY'), '三百')).toThrow('内容要填数字')
  expect(() => keptOf(column('MONEY'), '1.234')).toThrow('最多两位小数')
  expect(() => keptOf(column('CLOCK'), '25:00')).toThrow('如 08:30')
  expect(() => keptOf(column('WHOLE'), '1.5')).toThrow('整数')
})

it('sends all of a new row and of another only what was changed', () => {
  const columns = [column('TEXT', { name: 'code', is_fixed: true }), column('TEXT', { name: 'name' }), column('TEXT', { name: 'phone' })]
  const row = { values: { code: 'S01', name: '南山', phone: '' } } as unknown as SettingRow
  const typed = { ...typedValues(columns, row), name: '福田' }
  expect(valuesToSend(columns, typed, row)).toEqual({ name: '福田' })
  expect(valuesToSend(columns, typed, null)).toEqual({ code: 'S01', name: '福田', phone: null })
})

it('begins a new row with what is usual', () => {
  const columns = [column('CHOICE', { usual: 'SMALL' }), column('TEXT', { name: 'name' })]
  expect(typedValues(columns, null)).toEqual({ it: 'SMALL', name: '' })
  expect(typedValues(columns, { values: { it: 'BIG', name: '' } } as unknown as SettingRow).it).toBe('BIG')
})

it('shows a choice by its word', () => {
  const kinds = [{ value: 'EV', word: '新能源', store_id: null }, { value: 'BODY', word: '钣喷', store_id: null }]
  expect(shownOf(column('CHOICE', { choices: kinds }), 'EV')).toBe('新能源')
  expect(shownOf(column('CHOICES', { choices: kinds }), ['EV', 'BODY'])).toBe('新能源、钣喷')
})
