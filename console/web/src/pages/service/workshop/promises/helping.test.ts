import { expect, it } from 'vitest'
import type { PromiseAtRisk } from '@/api/workshop'
import { helpOf, riskWord } from './helping'

const row = (risk: PromiseAtRisk['risk']): PromiseAtRisk => ({ id: 7, risk }) as PromiseAtRisk

it('names what holds a promise up and leads to what helps', () => {
  expect(riskWord(row('PARTS'))).toBe('等配件')
  expect(helpOf(row('PARTS')).to).toBe('/parts/picks')
  expect(helpOf(row('OWNER'))).toEqual({ word: '打电话问车主', to: { name: 'repair-order', params: { id: 7 } } })
  expect(helpOf(row('QUALITY')).to).toEqual({ name: 'quality' })
  expect(helpOf(row('READYING'))).toEqual({ word: '去完工', to: { name: 'repair-order', params: { id: 7 } } })
})
