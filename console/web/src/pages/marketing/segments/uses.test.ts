import { expect, it } from 'vitest'
import { archiveWords, changeWords } from './uses'

const use = (name: string, state: string) => ({ id: 1, name, state, author: '林晓', starts_at: null })

it('says what new conditions change and what they leave', () => {
  const uses = [use('冬季', 'RUNNING'), use('元旦', 'DRAFT'), use('秋季', 'FINISHED')]
  expect(changeWords(uses)).toBe('「冬季」带着建立时的条件，不会变。草稿「元旦」现在还是旧条件，打开草稿再存一次才换成新的。')
  expect(changeWords([use('秋季', 'FINISHED')])).toBe('')
})

it('says who still needs a group that is put away', () => {
  expect(archiveWords([use('元旦', 'SCHEDULED')])).toContain('「元旦」还没开始')
  expect(archiveWords([use('冬季', 'RUNNING')])).toBe('')
})
