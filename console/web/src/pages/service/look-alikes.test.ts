import { expect, it } from 'vitest'
import { whyWords } from './look-alikes'

it('says every reason why somebody may be on file already', () => {
  expect(whyWords(['PLATE', 'PHONE'])).toBe('同一车牌、同一手机号')
})
