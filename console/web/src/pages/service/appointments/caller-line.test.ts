import { expect, it } from 'vitest'
import { isWholeCaller, readCaller } from './caller-line'

const KING = { plate: '沪A12345', name: '王先生', phone: '13800001234' }

it.each([
  '沪A12345 王先生 13800001234',
  '王先生，13800001234，沪A·12345',
  '\u200b沪Ａ１２３４５\u3000王先生\u00a0１３８００００１２３４\u202c',
  '13800001234 沪a12345 王先生',
  '车牌：沪A-12345 姓名：王先生 手机号：138 0000 1234',
  '沪A12345\n王先生\n138-0000-1234',
])('%j names the same caller', (line) => {
  expect(readCaller(line)).toEqual(KING)
})

it.each([
  ['王先生 +86 138 0000 1234', { name: '王先生', phone: '+8613800001234', plate: '' }],
  ['粤BD12345 李女士 +852 5123 4567', { name: '李女士', phone: '+85251234567', plate: '粤BD12345' }],
  ['沪A1234学 古丽·阿不都 13800001234', { name: '古丽·阿不都', phone: '13800001234', plate: '沪A1234学' }],
  ['13800001234沪A12345', { name: '', phone: '13800001234', plate: '沪A12345' }],
  ['王先生', { name: '王先生', phone: '', plate: '' }],
])('%j is read as far as it goes', (line, read) => {
  expect(readCaller(line)).toEqual(read)
})

it('divides a paste only when it says more than one thing', () => {
  expect(isWholeCaller(readCaller('13800001234'))).toBe(false)
  expect(isWholeCaller(readCaller('王先生 13800001234'))).toBe(true)
})
