import { expect, test } from 'vitest'
import { howWord, purposeWord, textWord } from './consent-words'

test('purposes and ways have words, and an unknown way is told as it is', () => {
  expect(purposeWord('MARKETING_SMS')).toBe('短信优惠')
  expect(howWord('paper')).toBe('纸质')
  expect(howWord('fair')).toBe('fair')
})

test('a text says whether it is shown now or from which day on', () => {
  const text = { version: '2026-12-01', effective_on: '2026-12-01', is_current: false }
  expect(textWord(text, '2026-11-23')).toBe('2026-12-01 · 2026-12-01 起用')
  expect(textWord({ ...text, is_current: true }, '2026-12-01')).toBe('2026-12-01 · 现在用的')
  expect(textWord(text, '2027-01-01')).toBe('2026-12-01')
})
