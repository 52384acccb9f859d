/** 代步车 in words: what stands above its times. */
import type { Meaning } from '@shared/states'
import type { OwnersLending } from '@/api/shapes'

const STANDING: Record<OwnersLending['state'], { meaning: Meaning; word: string }> = {
  PLANNED: { meaning: 'active', word: '已预留' },
  OUT: { meaning: 'active', word: '已借出' },
  RETURNED: { meaning: 'done', word: '已还' },
  CANCELLED: { meaning: 'idle', word: '已取消' },
}

export const lendingState = (car: Pick<OwnersLending, 'state' | 'is_late'>): { meaning: Meaning; word: string } =>
  car.is_late ? { meaning: 'problem', word: '已过还车时间' } : STANDING[car.state]
