/** What a table of records shows, and in which order. */

export interface Column<Row> {
  /** Names the slot that draws the cell. */
  key: string
  word: string
  /** Aligned right, for numbers and money. */
  right?: boolean
  /** On a phone the cell takes a line of its own. */
  whole?: boolean
  /** On a phone, where there is no head, the word before the value. */
  label?: string
  /** The heading is only for screen readers, as for a column of buttons. */
  spoken?: boolean
  /** What rows are ordered by when the heading is pressed; a row without a value comes last in both directions. */
  by?: (row: Row) => string | number | null | undefined
}

export interface Order {
  key: string
  isDown: boolean
}

/** `-visits` is the most first. */
export const readOrder = (text: string): Order | null => (text ? { key: text.replace(/^-/, ''), isDown: text.startsWith('-') } : null)

/** Up, down, as it came. */
export function nextOrder(now: Order | null, key: string): string {
  if (now?.key !== key) return key
  return now.isDown ? '' : `-${key}`
}

export function inOrder<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null): readonly Row[] {
  const by = columns.find((column) => column.key === order?.key)?.by
  if (!order || !by) return rows
  const sign = order.isDown ? -1 : 1
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a) ?? null, by(b) ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right), 'zh-CN'))
  })
}

const bare = (text: string): string => text.toLowerCase().replace(/[\s·.-]/g, '')

/** Whether a word contains what was typed, ignoring separators; for lists that are loaded as a whole. */
export const holds = (typed: string | undefined, ...words: (string | null | undefined)[]): boolean =>
  !typed || words.some((word) => word && bare(word).includes(bare(typed)))
