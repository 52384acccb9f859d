/** The six looks of a state, each with its own shape; the words come from the trade. */

export type Meaning = 'done' | 'active' | 'waiting' | 'problem' | 'idle'
export type Shape = 'check' | 'dot' | 'half' | 'octagon' | 'ring' | 'dash' | 'question' | 'triangle' | 'triangle-down'

export interface StateLook {
  meaning: Meaning
  shape: Shape
}

const SHAPES: Record<Meaning, Shape> = { done: 'check', active: 'dot', waiting: 'half', problem: 'octagon', idle: 'ring' }

export function lookOf(meaning: Meaning): StateLook {
  return { meaning, shape: SHAPES[meaning] }
}

export const CANCELLED: StateLook = { meaning: 'idle', shape: 'dash' }
export const UNKNOWN: StateLook = { meaning: 'idle', shape: 'question' }

/** How urgent a finding is, in the order an owner should read them. */
export type Urgency = 'RED' | 'YELLOW' | 'GREEN'

export const URGENCY: Record<Urgency, StateLook & { word: string }> = {
  RED: { meaning: 'problem', shape: 'octagon', word: '安全必须' },
  YELLOW: { meaning: 'waiting', shape: 'triangle', word: '建议近期' },
  GREEN: { meaning: 'done', shape: 'dot', word: '可选' },
}

/**
 * How a target stands: exactly half is still 追赶, and no target is grey.
 * @public waits for the pages of targets
 */
export function attainmentState(done: number, target: number): { fill: string; shape: Shape; word: string } {
  if (target === 0) return { fill: 'var(--wd-attainment-none)', shape: 'dash', word: '无目标' }
  if (done >= target) return { fill: 'var(--wd-attainment-met)', shape: 'check', word: '达成' }
  if (done * 2 >= target) return { fill: 'var(--wd-attainment-behind)', shape: 'half', word: '追赶' }
  return { fill: 'var(--wd-attainment-missed)', shape: 'triangle-down', word: '落后' }
}
