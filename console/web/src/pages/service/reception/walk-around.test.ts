import { describe, expect, it } from 'vitest'
import { reportOf } from './receiving'
import { emptyWalkAround, gapsOf } from './walk-around'

const corners = ['左前角', '右前角', '左后角', '右后角', '仪表盘'].map((label) => ({ label }))
const filled = { ...emptyWalkAround(), mileageKm: 21_180, valuablesReminded: true, coversOn: true }

describe('what a walk-around still lacks', () => {
  it('names each missing corner', () => {
    expect(gapsOf(corners.slice(0, 3), filled)).toEqual(['右后角', '仪表盘', '再拍 1 张'])
  })
  it('asks for a sixth photo beside corners and dashboard', () => {
    expect(gapsOf(corners, filled)).toEqual(['再拍 1 张'])
    expect(gapsOf([...corners, { label: '其他' }], filled)).toEqual([])
  })
  it('wants a photo of every damage, which counts for nothing else', () => {
    const marked = { ...filled, damages: [{ id: 'a', part: '左前门', damage: '划痕' }] }
    expect(gapsOf([...corners, { label: '其他' }], marked)).toEqual(['左前门划痕的照片'])
    expect(gapsOf([...corners, { label: '损伤 a' }], marked)).toEqual(['再拍 1 张'])
  })
  it('does not take a mileage nobody read for zero', () => {
    expect(gapsOf([...corners, { label: '其他' }], { ...filled, mileageKm: null })).toEqual(['进店里程'])
    expect(gapsOf([...corners, { label: '其他' }], { ...filled, mileageKm: 0 })).toEqual([])
  })
})

describe('what is sent of it', () => {
  it('keeps every photo of a damage: the first beside its mark, the others under its name', () => {
    const draft = { ...filled, damages: [{ id: 'a', part: '左前门', damage: '划痕' }] }
    const kept = ['左前角', '损伤 a', '损伤 a'].map((label, order) => ({
      id: String(order), label, order, preview: '', state: 'kept' as const, key: `${order}.jpg`, problem: '', content: null, isVideo: false,
    }))
    const report = reportOf(draft, kept, 1)
    expect(report.damages.map((mark) => mark.key)).toEqual(['1.jpg'])
    expect(report.photos).toEqual([{ position: 'FRONT_LEFT', key: '0.jpg' }, { position: '左前门划痕', key: '2.jpg' }])
  })
})
