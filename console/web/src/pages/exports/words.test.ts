import { expect, test } from 'vitest'
import { exportLook, isMoving } from './words'

test('each state has a word, and only one that is being made is looked at again', () => {
  expect(exportLook('WAITING').word).toBe('等批准')
  expect(isMoving([{ state: 'READY' }, { state: 'QUEUED' }])).toBe(true)
  expect(isMoving([{ state: 'WAITING' }])).toBe(false)
})
