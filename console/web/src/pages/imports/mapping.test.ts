import { expect, it } from 'vitest'
import type { ImportJob } from '@/api/imports'
import { asKind, letters, mappingOf, missing, planOf, readMapping, twice, type Fields, type Mapping } from './mapping'

const FIELDS: Fields = {
  customers_cars: [
    { name: 'name', word: '姓名', is_required: false },
    { name: 'phone', word: '手机号', is_required: false },
    { name: 'vin', word: '车架号', is_required: true },
  ],
  orders: [
    { name: 'number', word: '工单号', is_required: true },
    { name: 'cars.vin', word: '车架号', is_required: false },
  ],
}
const column = (index: number, header: string, field: string | null) => ({ index, header, group: '', field, example: '', is_sensitive: false, is_refused: false })
const rows = { sheet: 3, head: 1, blank: 0, total: 0, note: 0, data: 2 }
const JOB = {
  sheets: [
    {
      index: 0, name: '客户', is_hidden: false, is_chosen: true, entity: 'customers_cars', header_row: 1, rows, unknown_models: ['小云', '老款'],
      columns: [column(0, '姓名', 'name'), column(1, '保险公司', 'insurer'), column(3, 'VIN', 'vin')],
    },
    { index: 1, name: '车', is_hidden: true, is_chosen: false, entity: null, header_row: 0, rows, columns: [], unknown_models: ['小云'] },
  ],
  value_maps: { model: { 老款: '7' }, payer: { 厂付: 'W' } },
  accepts_unchecked_vins: false,
} as unknown as ImportJob
const mine = (): Mapping => mappingOf(JOB, FIELDS)
const first = () => mine().sheets[0]!

it('says that nothing is taken from a column we know but have no place for', () => {
  expect(first().fields).toEqual({ 0: 'name', 1: '', 3: 'vin' })
})

it('lists an unknown model once, with what was said of it before', () => {
  expect(mine().models).toEqual({ 小云: '', 老款: '7' })
})

it('sends only the models somebody chose and leaves the other words as they are', () => {
  const plan = planOf(mine(), JOB, 5)
  expect(plan.value_maps).toEqual({ model: { 老款: '7' }, payer: { 厂付: 'W' } })
  expect(plan.version).toBe(5)
  expect(plan.sheets[0]!.columns).toContainEqual({ index: 1, field: null })
  expect(plan.sheets[1]).toMatchObject({ index: 1, is_chosen: false, entity: null, columns: [] })
})

it('keeps what a column holds when the sheet turns out to be of another kind', () => {
  expect(asKind(first(), 'orders', FIELDS).fields).toEqual({ 0: '', 1: '', 3: 'cars.vin' })
  expect(asKind(asKind(first(), 'orders', FIELDS), 'customers_cars', FIELDS).fields[3]).toBe('vin')
})

it('misses what a chosen sheet needs, and nothing of one that stays out', () => {
  const sheet = { ...first(), fields: { 0: 'name' } }
  expect(missing(sheet, FIELDS)).toEqual(['车架号'])
  expect(missing({ ...sheet, isChosen: false }, FIELDS)).toEqual([])
})

it('tells of a field that two columns hold, but lets people have several phones', () => {
  expect(twice({ ...first(), fields: { 0: 'name', 1: 'name', 2: 'phone', 3: 'phone' } }, FIELDS)).toEqual(['姓名'])
})

it('reads as people speak of it', () => {
  expect(readMapping(mine(), JOB, FIELDS)).toBe('客户：姓名→姓名，VIN→车架号；车：不导入')
})

it('calls columns as spreadsheets do', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(letters)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
})
