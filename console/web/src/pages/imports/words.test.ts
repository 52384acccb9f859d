import { expect, it } from 'vitest'
import { fileProblem, LARGEST_BYTES, recordsWords, rowsWords, sizeWords, sum } from './words'

it('adds the sheets up, and tells nothing from no counts at all', () => {
  const counts = (n: number, refused: number) => ({ new: n, changed: 0, same: 0, refused, warned: 1, codes: {} })
  expect(sum({ 0: counts(2, 1), 3: counts(5, 0) })).toMatchObject({ new: 7, refused: 1, warned: 2 })
  expect(sum({})).toBeNull()
})

it('shows how the rows of a sheet add up', () => {
  expect(rowsWords({ sheet: 16, head: 3, blank: 1, total: 1, note: 1, data: 10 })).toBe('合计 16 行 = 表头 3 + 空行 1 + 合计行 1 + 备注行 1 + 数据 10')
})

it('names what was made and leaves out tables nobody asks about', () => {
  expect(recordsWords({ vehicle: 10, customer: 1_200, foreign_number: 4, part: 0 })).toBe('客户 1,200 · 车辆 10')
})

it('refuses before sending what would be refused anyway', () => {
  expect(fileProblem({ name: '客户.XLSX', size: 10 })).toBe('')
  expect(fileProblem({ name: '客户.pdf', size: 10 })).toContain('.csv')
  expect(fileProblem({ name: '客户.csv', size: 0 })).toContain('空')
  expect(fileProblem({ name: '客户.csv', size: LARGEST_BYTES })).toBe('')
  expect(fileProblem({ name: '客户.csv', size: LARGEST_BYTES + 1 })).toContain('50.0 MB')
})

it('never says that a file has nothing in it', () => {
  expect([1, 2_048, 3_670_016].map(sizeWords)).toEqual(['1 KB', '2 KB', '3.5 MB'])
})
