import { expect, it } from 'vitest'
import { answered, answers, type Said } from './checking'

const points = [{ name: '螺丝扭力', unit: 'N·m' }, { name: '有无渗漏', unit: '' }, { name: '电气功能', unit: '' }]

it('sends only what was said, and a value only where one is measured', () => {
  const said: Said = { 有无渗漏: { is: 'fine', measured: '3' }, 螺丝扭力: { is: 'fine', measured: ' 110 ' } }
  expect(answers(points, said)).toEqual([
    { point: '螺丝扭力', is_applicable: true, measured: '110' },
    { point: '有无渗漏', is_applicable: true, measured: '' },
  ])
  expect(answers(points, { 螺丝扭力: { is: 'not_applicable', measured: '110' } })).toEqual([{ point: '螺丝扭力', is_applicable: false, measured: '' }])
})

it('takes an answer back when it is pressed again, and changes it otherwise', () => {
  const fine = answered({}, '电气功能', 'fine')
  expect(fine).toEqual({ 电气功能: { is: 'fine', measured: '' } })
  expect(answered(fine, '电气功能', 'not_applicable')).toEqual({ 电气功能: { is: 'not_applicable', measured: '' } })
  expect(answered(fine, '电气功能', 'fine')).toEqual({})
})
