import { expect, it } from 'vitest'
import { filling } from './licence-reading'

const READ = { plate: '粤B7K302', vin: 'LSVAA4181M2100001', owner_name: '周敏', registered_on: '2021-03-09', model_text: '大众汽车牌' }

it('fills the fields that are empty', () => {
  expect(filling({ name: '', plate: ' ', vin: '' }, [], READ, false)).toEqual({ name: '周敏', plate: '粤B7K302', vin: 'LSVAA4181M2100001' })
})

it('never overwrites what somebody typed', () => {
  expect(filling({ name: '周小敏', plate: '', vin: 'LSV' }, [], READ, false)).toEqual({ plate: '粤B7K302' })
})

it('leaves empty what was not read', () => {
  expect(filling({ name: '', plate: '', vin: '' }, [], { ...READ, plate: null, owner_name: null }, false)).toEqual({ vin: READ.vin })
})

it('does not ask for the name of a customer who is on file', () => {
  expect(filling({ name: '', plate: '', vin: '' }, [], READ, true)).toEqual({ plate: READ.plate, vin: READ.vin })
})

it('takes back what an earlier picture filled, unless somebody has compared it', () => {
  const given = { name: '何建国', plate: '粤S3H816', vin: 'LBEHDAEB7KY200317' }
  expect(filling(given, ['plate', 'vin'], { ...READ, plate: null }, false)).toEqual({ plate: '', vin: READ.vin })
})
