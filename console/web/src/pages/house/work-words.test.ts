import { expect, it } from 'vitest'
import { causeOf, nextWord, workWord } from './work-words'

it('says in words what stopped, and keeps the name of what has none', () => {
  expect(workWord('campaigns.advance')).toBe('推进群发任务')
  expect(workWord('some.new_job')).toBe('其他工作（some.new_job）')
})

it('tells a debt, which is tried on, from a job that gave up', () => {
  expect(nextWord(true)).toBe('系统会再试')
  expect(nextWord(false)).toBe('不会自己再试')
})

it('says what stops it and what can be done, by the platform\'s code', () => {
  expect(causeOf('WeComError 60020').what).toContain('企业可信IP')
  expect(causeOf('card 81013').means).toContain('可见范围')
  expect(causeOf('KeyError').means).toBe('程序出错')
  expect(causeOf('').means).toBe('没有记下原因')
})

it('names a message that was refused by its title', () => {
  expect(workWord('messaging.refused', '到店提醒')).toBe('平台不收的消息：到店提醒')
  expect(workWord('messaging.sms_template_refused', '代步车提醒')).toBe('没通过审核的短信模板：代步车提醒')
  expect(causeOf('SMS REFUSED').what).toContain('腾讯云')
})
