/** Which part of the body lies under a place of the drawn car; a proposal, which the advisor may change. */
import type { CarView } from '@shared/car/drawing'

/** Of the left side by where it begins, from the nose to the tail, in thousandths. */
const ALONG: readonly [from: number, part: string][] = [[0, '前保险杠'], [150, '左前翼子板'], [325, '左前门'], [505, '左后门'], [700, '后保险杠']]
const OVER: readonly [from: number, part: string][] = [[0, '前保险杠'], [120, '引擎盖'], [290, '前风挡'], [390, '车顶'], [700, '后备箱盖'], [900, '后保险杠']]
const WHEELS: readonly [from: number, to: number][] = [[165, 305], [720, 860]]
const WHEELS_FROM_Y = 600

const last = (list: readonly [number, string][], at: number): string => list.findLast(([from]) => at >= from)?.[1] ?? ''

export function partAt(view: CarView, x: number, y: number): string {
  if (view === 'TOP') return last(OVER, x)
  if (view === 'FRONT') return y < 420 ? '前风挡' : y < 530 ? '引擎盖' : y < 640 ? '大灯' : '前保险杠'
  if (view === 'REAR') return y < 620 ? '后备箱盖' : '后保险杠'
  const along = view === 'LEFT' ? x : 1000 - x
  if (y >= WHEELS_FROM_Y && WHEELS.some(([from, to]) => along >= from && along <= to)) return '轮毂'
  return view === 'LEFT' ? last(ALONG, along) : last(ALONG, along).replace('左', '右')
}
