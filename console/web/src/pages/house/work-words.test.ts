import { expect, it } from 'vitest'
import { nextWord, workWord } from './work-words'

it('says in words what stopped, and keeps the name of what has none', () => {
  expect(workWord('campaigns.advance')).toBe('推进群发任务')
  expect(workWord('some.new_job')).toBe('其他工作（some.new_job）')
})

it('tells a debt, which is tried on, from a job that gave up', () => {
  expect(nextWord(true)).toBe('系统会再试')
  expect(nextWord(false)).toBe('不会自己再试')
})
