import { describe, expect, it } from 'vitest'
import { aheadWords, comingBy, newest, toldWords, type ToldMessage } from './told'

const now = new Date('2026-11-23T12:00:00+08:00')
const message = (changes: Partial<ToldMessage>): ToldMessage => ({
  message_id: 1, topic: 'bill_due', variant: '', title: '账单待支付', state: 'ARRIVED', at: '2026-11-23T10:24:00+08:00',
  by: '微信', reason: '', advice: '', asked: '', called_by: '', note: '', ...changes,
})

describe('what became of a message', () => {
  it('says arrived only of what arrived', () => {
    expect(toldWords(message({}), now).words).toContain('已送到车主微信')
    for (const state of ['ON_ITS_WAY', 'NOT_REACHED', 'CALLED', 'OUT_OF_DATE'] as const)
      expect(toldWords(message({ state }), now).words).not.toContain('已送到')
  })

  it('says why it did not arrive and what to do instead', () => {
    const words = toldWords(message({ state: 'NOT_REACHED', reason: '没有登录过小程序', advice: '收不到微信通知，请打电话' }), now)
    expect(words).toMatchObject({ words: '账单待支付没送到：没有登录过小程序。收不到微信通知，请打电话', isCall: true })
  })

  it('names who was asked to phone', () => {
    const words = toldWords(message({ state: 'NOT_REACHED', reason: '没有登录过小程序', advice: '收不到微信通知，请打电话', asked: '李敏' }), now)
    expect(words.words).toContain('请打电话（已请李敏打）')
  })

  it('names who phoned and what came of it', () => {
    const words = toldWords(message({ state: 'CALLED', called_by: '李敏', note: '四点来付' }), now)
    expect(words.words).toMatch(/李敏 .*打过电话：四点来付/)
    expect(words.isCall).toBe(false)
  })
})

describe('the newest of each topic', () => {
  const later = message({ message_id: 3, topic: 'repair_progress', variant: 'postponed', state: 'OUT_OF_DATE' })
  const earlier = message({ message_id: 2, topic: 'repair_progress', variant: 'estimate_ready' })

  it('passes over what was overtaken before it left', () => {
    expect(newest([later, earlier, message({})]).map((each) => each.message_id)).toEqual([2, 1])
  })

  it('tells variants apart', () => {
    expect(newest([message({ topic: 'repair_progress', variant: 'ready' }), earlier], ['repair_progress:estimate_ready'])).toEqual([earlier])
  })
})

describe('what may still come', () => {
  it('promises WeChat only what was accepted, and a call only where there is a number', () => {
    const words = aheadWords([{ notice: 'S-PROGRESS', way: 'WECHAT' }, { notice: 'S-EXTRA', way: 'PHONE' }, { notice: 'S-BILL', way: 'PHONE' }], false)
    expect(words.map((each) => each.words.slice(0, 9))).toEqual(['进度会发微信通知', '增项、账单发不了微'])
    expect(words[1]?.words).toContain('登录小程序以后')
    expect(aheadWords([{ notice: 'S-BILL', way: 'UNREACHED' }], true)[0]?.meaning).toBe('problem')
    expect(aheadWords([], true)).toEqual([])
  })

  it('names to the owner what comes by one way', () => {
    const ways = [{ notice: 'S-PROGRESS', way: 'PHONE' }, { notice: 'S-EXTRA', way: 'WECHAT' }, { notice: 'S-BILL', way: 'PHONE' }] as const
    expect(comingBy(ways, 'PHONE')).toBe('进度、账单')
    expect(comingBy(ways, 'UNREACHED')).toBe('')
  })
})
