/** One act on many records: each is its own command with its own refusal, none hides another's. */

export interface BulkAct<Row> {
  word: string
  /** Asked first, when it cannot be undone or reaches customers: what will happen to so many. */
  ask?: (rows: readonly Row[]) => string
  /** Rows it can be done to; the others are left out and counted. */
  may?: (row: Row) => boolean
  run: (row: Row) => Promise<unknown>
}

export interface BulkResult<Row> {
  done: Row[]
  failed: { row: Row; error: Error }[]
}

/** One after the other, so that a slow server is not flooded; a refusal does not stop the rest. */
export async function runOver<Row>(rows: readonly Row[], run: (row: Row) => Promise<unknown>): Promise<BulkResult<Row>> {
  const result: BulkResult<Row> = { done: [], failed: [] }
  for (const row of rows) {
    try {
      await run(row)
      result.done.push(row)
    } catch (reason) {
      result.failed.push({ row, error: reason as Error })
    }
  }
  return result
}

/** 「再试一次」：2 条好了，1 条没成：有人正在处理。 */
export function bulkWords<Row>(word: string, { done, failed }: BulkResult<Row>): string {
  const reasons = [...new Set(failed.map(({ error }) => error.message))].join('；')
  if (failed.length === 0) return `「${word}」${done.length} 条都好了`
  return `「${word}」${done.length} 条好了，${failed.length} 条没成：${reasons}`
}
