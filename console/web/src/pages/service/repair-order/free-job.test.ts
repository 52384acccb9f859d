import { expect, it } from 'vitest'
import { emptyJob, gapOf, labourFen, lineOf, partsFen, reading } from './free-job'

const PRICES = { general_fen: 320_00, body_fen: 260_00 }
const PIPE = { name: '空调高压管', quantity: 2, price_fen: 180_00 }

it('prices hours at the rate of the bay, and leaves a price of its own as it is', () => {
  expect(labourFen({ ...emptyJob(), labour_centihours: 150 }, PRICES)).toBe(480_00)
  expect(labourFen({ ...emptyJob(), labour_centihours: 150, bay_kind: 'BODY' }, PRICES)).toBe(390_00)
  expect(labourFen({ ...emptyJob(), labour_fen: 99_00 }, PRICES)).toBe(99_00)
  expect(partsFen({ ...emptyJob(), parts: [PIPE] })).toBe(360_00)
})

it('says what is missing', () => {
  const job = { ...emptyJob(), name: '更换空调高压管' }
  expect(gapOf(emptyJob())).toBe('请写项目名称')
  expect(gapOf(job)).toContain('工时')
  expect(gapOf({ ...job, labour_fen: 1, labour_centihours: 1 })).toBe('工时和一口价只写一个')
  expect(gapOf({ ...job, parts: [{ ...PIPE, name: ' ' }] })).toBe('外购件要写名称')
  expect(gapOf({ ...job, parts: [PIPE] })).toBe('')
})

it('reads a line in words as it reads one of the catalogue', () => {
  const item = { item_id: 7, name: '小保养', minutes: 60, labour_fen: 100_00, parts_fen: 50_00, package: '' }
  const read = reading((id) => (id === 7 ? (item as never) : undefined), () => PRICES)
  const free = lineOf({ free: { ...emptyJob(), name: '更换空调高压管', minutes: 90, labour_centihours: 150, parts: [PIPE] } })
  expect([read.name(lineOf({ item_id: 7 })), read.minutes(lineOf({ item_id: 7 })), read.fen(lineOf({ item_id: 7 }))]).toEqual(['小保养', 60, 150_00])
  expect([read.name(free), read.minutes(free), read.fen(free), read.beside(free)]).toEqual(['更换空调高压管', 90, 840_00, '外购 空调高压管 ×2'])
})
