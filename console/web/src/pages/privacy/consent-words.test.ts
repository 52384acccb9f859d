import { expect, test } from 'vitest'
import { howWord, purposeWord } from './consent-words'

test('purposes and ways have words, and an unknown way is told as it is', () => {
  expect(purposeWord('MARKETING_SMS')).toBe('短信优惠')
  expect(howWord('paper')).toBe('纸质')
  expect(howWord('fair')).toBe('fair')
})
