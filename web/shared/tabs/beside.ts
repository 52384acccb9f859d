/** The index to which a key moves from one of `count` in a row, wrapping around; null for any other key. */
export function beside(index: number, count: number, key: string): number | null {
  if (count === 0) return null
  if (key === 'ArrowRight') return (index + 1) % count
  if (key === 'ArrowLeft') return (index - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}
