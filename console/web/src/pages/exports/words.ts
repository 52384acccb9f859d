/** Words of exports. */
import type { Meaning } from '@shared/states'
import type { ExportRow } from '@/api/exports'

const LOOKS: Record<ExportRow['state'], { meaning: Meaning; word: string }> = {
  QUEUED: { meaning: 'active', word: '正在做' },
  WAITING: { meaning: 'waiting', word: '等批准' },
  READY: { meaning: 'done', word: '可以下载' },
  REFUSED: { meaning: 'problem', word: '没有批准' },
  EXPIRED: { meaning: 'idle', word: '已过期' },
  FAILED: { meaning: 'problem', word: '没做成' },
}

export const exportLook = (state: ExportRow['state']) => LOOKS[state]

/** Whether the page looks again soon. */
export const isMoving = (rows: readonly Pick<ExportRow, 'state'>[]): boolean => rows.some((row) => row.state === 'QUEUED')
