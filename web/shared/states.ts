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

/** How a figure stands against its target, as the server judged it: from the whole on, from half on, below. */
export const ATTAINMENT: Record<'GREEN' | 'YELLOW' | 'RED' | 'GREY', StateLook & { fill: string; word: string }> = {
  GREEN: { meaning: 'done', shape: 'check', fill: 'attainment-met', word: '达成' },
  YELLOW: { meaning: 'waiting', shape: 'half', fill: 'attainment-behind', word: '追赶' },
  RED: { meaning: 'problem', shape: 'triangle-down', fill: 'attainment-missed', word: '落后' },
  GREY: { meaning: 'idle', shape: 'dash', fill: 'attainment-none', word: '无目标' },
}
