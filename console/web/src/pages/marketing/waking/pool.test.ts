import { expect, it } from 'vitest'
import { definitionOfPool, nameOfPool } from './pool'

it('asks for those who sleep where no state is chosen', () =>
  expect(definitionOfPool({})).toEqual({ match: 'all', items: [{ field: 'dormancy', values: ['DORMANT', 'LAPSED', 'DEEP'] }] }))

it('asks what the filters ask', () =>
  expect(definitionOfPool({ state: 'LAPSED', path: 'SMS', value: '4', store: '2' })).toEqual({
    match: 'all',
    items: [
      { field: 'dormancy', values: ['LAPSED'] },
      { field: 'waking_path', values: ['SMS'] },
      { field: 'value', at_least_tenths: 40 },
      { field: 'home_store', store_ids: [2] },
    ],
  }))

it('names the segment after its filters, as long as a name may be', () => {
  expect(nameOfPool(['流失', undefined, '短信'])).toBe('唤醒 流失 短信')
  expect(nameOfPool(['流'.repeat(40)])).toHaveLength(30)
})
