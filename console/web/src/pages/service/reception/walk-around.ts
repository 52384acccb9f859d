/** What a walk-around asks for, and what is still missing of it in the advisor's words. */
import type { CarView } from '@shared/car/drawing'
import type { Photo } from '../photos/photos'

export interface Mark {
  id: string
  part: string
  damage: string
  size?: string
  /** Where it is on the drawn car, in thousandths; none when it is only named. */
  view?: CarView
  x?: number
  y?: number
}

export interface WalkAroundDraft {
  complaint: string
  senderName: string
  mileageKm: number | null
  mileageReason: string
  isMileageConfirmed: boolean
  energyPercent: number
  damages: Mark[]
  belongings: string
  valuablesReminded: boolean
  coversOn: boolean
}

export const emptyWalkAround = (): WalkAroundDraft => ({
  complaint: '',
  senderName: '',
  mileageKm: null,
  mileageReason: '',
  isMileageConfirmed: false,
  energyPercent: 50,
  damages: [],
  belongings: '',
  valuablesReminded: false,
  coversOn: false,
})

export const POSITIONS = [
  { code: 'FRONT_LEFT', label: '左前角' },
  { code: 'FRONT_RIGHT', label: '右前角' },
  { code: 'REAR_LEFT', label: '左后角' },
  { code: 'REAR_RIGHT', label: '右后角' },
  { code: 'DASHBOARD', label: '仪表盘' },
] as const
export const MORE = '其他'
/** A damage's own photo is labelled with this and the mark's id. */
export const DAMAGE_LABEL = '损伤 '
export const PARTS = ['前保险杠', '后保险杠', '左前门', '左后门', '右前门', '右后门', '左前翼子板', '右前翼子板', '引擎盖', '车顶', '后备箱盖', '轮毂', '前风挡', '大灯']
/** How large a mark is, as advisors say it. */
export const SIZES = ['1 厘米内', '1–5 厘米', '5–10 厘米', '10 厘米以上']
export const DAMAGES = ['划痕', '凹陷', '掉漆', '裂纹', '缺失', '锈蚀']
/** Four corners, the dashboard and at least one more (trade custom); the server asks for the same. */
const LEAST_PHOTOS = 6

export function gapsOf(kept: readonly Pick<Photo, 'label'>[], draft: WalkAroundDraft): string[] {
  const around = kept.filter((photo) => !photo.label.startsWith(DAMAGE_LABEL))
  const gaps = POSITIONS.filter((position) => !around.some((photo) => photo.label === position.label)).map((position) => position.label as string)
  const more = LEAST_PHOTOS - around.length - gaps.length
  if (more > 0) gaps.push(`再拍 ${more} 张`)
  for (const mark of draft.damages) {
    if (!kept.some((photo) => photo.label === `${DAMAGE_LABEL}${mark.id}`)) gaps.push(`${mark.part}${mark.damage}的照片`)
  }
  if (draft.mileageKm == null) gaps.push('进店里程')
  if (!draft.valuablesReminded) gaps.push('提醒带走贵重物品')
  if (!draft.coversOn) gaps.push('铺好防护件')
  return gaps
}
