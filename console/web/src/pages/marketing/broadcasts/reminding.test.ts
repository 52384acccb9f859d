import { expect, test } from 'vitest'
import { remindedSentence } from './reminding'

test('everybody is named, with the reason where nobody was reminded', () => {
  expect(remindedSentence({ reminded: ['王芳', '黄婷'], left_out: [] })).toBe('提醒了 王芳、黄婷')
  expect(remindedSentence({ reminded: [], left_out: [{ staff: '周敏', why: 'AWAY' }, { staff: '刘洋', why: 'LIMIT' }] })).toBe(
    '这次没有提醒谁；没提醒 周敏（不在）、刘洋（24 小时内的次数用完了）',
  )
})
