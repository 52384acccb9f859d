import { expect, test } from 'vitest'
import type { Suggestion } from '@/api/appointments'
import { topicLook } from './prep-words'

const look = (each: Partial<Suggestion>) =>
  topicLook({ topic: 'SERVICE', name: '', reason: '', price_fen: null, is_booked: false, is_pressing: false, ...each })

test('what presses stays red even when it is booked, since the car is still driven with it', () => {
  expect(look({ is_pressing: true, is_booked: true }).meaning).toBe('problem')
  expect(look({ is_booked: true }).meaning).toBe('done')
  expect(look({}).meaning).toBe('waiting')
})

test('a safety recall is called so, and never a call to come back', () => {
  expect(look({ topic: 'SAFETY_RECALL' }).word).toBe('厂家召回')
})
