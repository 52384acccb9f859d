import { expect, test } from 'vitest'
import { divisionSentence } from './substituting'

const li = { staff_id: 3, name: '李敏', store: '深圳南山', people: 96, away: '', away_until: null }

test('the sentence says who sends to how many, and what becomes of the rest', () => {
  const some = { staff: '周敏', people: 420, colleagues: [li], parts: [{ staff_id: 3, people: 96 }], rest: 324 }
  expect(divisionSentence(some)).toBe('420 人里 96 人由李敏发；其余 324 人等周敏，或先转移客户（24 小时后生效）')
  expect(divisionSentence({ ...some, people: 96, rest: 0 })).toBe('96 人里 96 人由李敏发')
  expect(divisionSentence({ ...some, parts: [], rest: 420 })).toBe('')
})
