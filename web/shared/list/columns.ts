/** What a table of records shows, and in which order. */

export interface Column<Row> {
  /** Names the slot that draws the cell. */
  key: string
  word: string
  /** Numbers and money stand right. */
  right?: boolean
  /** On a phone the cell takes a line of its own. */
  whole?: boolean
  /** On a phone, where there is no head, the word before the value. */
  label?: string
  /** The head's word is only spoken: a column of buttons. */
  spoken?: boolean
  /** What rows are ordered by when the head is pressed; a row without a value comes last either way. */
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

/** Whether one of the words holds what was typed, whatever stands between its letters: for lists that are there whole. */
export const holds = (typed: string | undefined, ...words: (string | null | undefined)[]): boolean =>
  !typed || words.some((word) => word && bare(word).includes(bare(typed)))
