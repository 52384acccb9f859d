/** What an inspector said of the points of the final inspection, as it is kept while they walk around the car and as it is sent. */
import type { ToInspect } from '@/api/workshop'
import type { Schema } from '@/api/typed'

export type Point = ToInspect['points'][number]
export interface Answer {
  /** In order, or not part of this work. */
  is: 'fine' | 'not_applicable'
  measured: string
}
export type Said = Record<string, Answer>

/** Only what was said, in the order of the points; a measured value belongs to a point that was looked at and has a unit. */
export function answers(points: readonly Point[], said: Said): Schema<'CheckedIn'>[] {
  return points.flatMap(({ name, unit }) => {
    const answer = said[name]
    if (!answer) return []
    const isFine = answer.is === 'fine'
    return [{ point: name, is_applicable: isFine, measured: isFine && unit ? answer.measured.trim() : '' }]
  })
}

/** Pressing the same answer again takes it back. */
export function answered(said: Said, name: string, is: Answer['is']): Said {
  const { [name]: before, ...rest } = said
  return before?.is === is ? rest : { ...rest, [name]: { is, measured: before?.measured ?? '' } }
}
