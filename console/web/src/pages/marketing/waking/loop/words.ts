/** Words and looks of 唤醒循环. */
import type { Meaning, Shape } from '@shared/states'
import type { PathFigures, TryState } from '@/api/waking-loop'

export const TRY_STATES: Record<TryState, { word: string; meaning: Meaning; shape?: Shape }> = {
  OPEN: { word: '进行中', meaning: 'waiting' },
  WOKE: { word: '唤醒了', meaning: 'done' },
  REACTED: { word: '有反应没来', meaning: 'idle' },
  SILENT: { word: '没反应', meaning: 'idle', shape: 'dash' },
  UNSENT: { word: '没发出', meaning: 'problem' },
  LEFT: { word: '退出', meaning: 'idle', shape: 'dash' },
}

/** Who does the sending on a path, as the page says it; null where somebody has yet to write what is sent. */
export function senderOf(figures: Pick<PathFigures, 'path' | 'needs_sender' | 'sender'>): string | null {
  if (figures.needs_sender) return figures.sender ? `定期计划「${figures.sender}」在发` : null
  return figures.path === 'CALL' ? '轮到的进招徕任务' : '每天 10:00 系统发'
}

/** 「没反应 3，没发出 1」: what ended without a visit; empty when nothing did. */
export function endedWords(figures: Pick<PathFigures, 'reacted' | 'silent' | 'unsent' | 'left_loop'>): string {
  const counted: [string, number][] = [['有反应没来', figures.reacted], ['没反应', figures.silent], ['没发出', figures.unsent], ['退出', figures.left_loop]]
  return counted.filter(([, people]) => people > 0).map(([word, people]) => `${word} ${people}`).join('，')
}
