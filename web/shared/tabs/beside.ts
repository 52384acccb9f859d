/** Where a key leads from one of `count` in a row, round the ends; null for a key that leads nowhere. */
export function beside(index: number, count: number, key: string): number | null {
  if (count === 0) return null
  if (key === 'ArrowRight') return (index + 1) % count
  if (key === 'ArrowLeft') return (index - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : null
}
