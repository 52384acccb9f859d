import { describe, expect, it } from 'vitest'
import { endedWords, senderOf } from './words'

describe('who sends on a path', () => {
  it('names the plan, and says when there is none', () => {
    expect(senderOf({ path: 'MASS', needs_sender: true, sender: '唤醒群发' })).toBe('定期计划「唤醒群发」在发')
    expect(senderOf({ path: 'SMS', needs_sender: true, sender: null })).toBeNull()
  })
  it('needs nobody for a call and a notice', () => {
    expect(senderOf({ path: 'CALL', needs_sender: false, sender: null })).toBe('轮到的进招徕任务')
    expect(senderOf({ path: 'NOTICE', needs_sender: false, sender: null })).toBe('每天 10:00 系统发')
  })
})

describe('what ended without a visit', () => {
  it('leaves out what nobody did', () => {
    expect(endedWords({ reacted: 0, silent: 3, unsent: 1, left_loop: 0 })).toBe('没反应 3，没发出 1')
    expect(endedWords({ reacted: 0, silent: 0, unsent: 0, left_loop: 0 })).toBe('')
  })
})
