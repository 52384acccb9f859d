/** Bars of one bay side by side: what overlaps in time lies in lanes of its own, so that each can be read and pressed. */
export interface Bar {
  /** Where it begins and ends on the axis, in percent. */
  from: number
  to: number
}

/** Neither a shared edge nor a rounding error counts as an overlap. */
const TOUCHING_PERCENT = 0.01

/** The lane of each bar, the first free one from the top; bars keep their lane when others follow. */
export function lanesOf(bars: readonly Bar[]): number[] {
  const ends: number[] = []
  const lanes = bars.map(() => 0)
  const order = bars.map((_, index) => index).sort((one, other) => bars[one]!.from - bars[other]!.from || one - other)
  for (const index of order) {
    const bar = bars[index]!
    const free = ends.findIndex((end) => end <= bar.from + TOUCHING_PERCENT)
    const lane = free === -1 ? ends.length : free
    ends[lane] = bar.to
    lanes[index] = lane
  }
  return lanes
}
