import { expect, it } from 'vitest'
import type { Wording } from '@/api/wordings'
import { lacking, standing } from './standing'

const place = (store_id: number | null, words: string, is_own: boolean, version: number) => ({ store_id, store: '', words, is_own, version, may_change: true })
const wording = (places: Wording['places']): Wording => ({
  message: 'appointment_reminder', part: 'subscribe.hint', id: 'S-APPT-REMINDER', title: '到店提醒', when: '', to_customers: true, channel: '小程序订阅消息',
  name: '提示', variant: '', shipped: '请带行驶证', limit: '最多 20 个字', may_break: false, values: ['车主', '期限'], places, history: [],
})

it('takes the words of the group where a store has none, and the version of the place itself', () => {
  const of = wording([place(null, '集团的话', true, 3), place(5, '本店的话', true, 1)])
  expect(standing(of, null)).toEqual({ words: '集团的话', isOwn: true, version: 3 })
  expect(standing(of, 5)).toEqual({ words: '本店的话', isOwn: true, version: 1 })
  expect(standing(of, 6)).toEqual({ words: '集团的话', isOwn: false, version: 0 })
})

it('names the values that typed words lack', () => {
  expect(lacking(wording([]), '{车主}您好')).toEqual(['{期限}'])
  expect(lacking(wording([]), '{车主}您好，{期限}前')).toEqual([])
})
