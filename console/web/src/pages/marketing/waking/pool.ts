/** The words of 唤醒池, and the segment that asks what its filters ask. */
import type { WakingPath } from '@/api/waking'

export const PATHS: Record<WakingPath, string> = { CALL: '电话', MASS: '企微群发', NOTICE: '保养到期通知', SMS: '短信', ADS: '广告名单', ASK: '先征得同意' }
const ASLEEP = ['DORMANT', 'LAPSED', 'DEEP']
const LONGEST_NAME = 30

export interface PoolQuestion {
  state?: string
  path?: string
  value?: string
  store?: string
}

/** What the filters ask as a segment; without a state those who sleep. */
export function definitionOfPool({ state, path, value, store }: PoolQuestion): Record<string, unknown> {
  const items: Record<string, unknown>[] = [{ field: 'dormancy', values: state ? [state] : ASLEEP }]
  if (path) items.push({ field: 'waking_path', values: [path] })
  if (value) items.push({ field: 'value', at_least_tenths: Number(value) * 10 })
  if (store) items.push({ field: 'home_store', store_ids: [Number(store)] })
  return { match: 'all', items }
}

/** 「唤醒 流失 价值 4 以上 短信」 */
export function nameOfPool(words: readonly (string | undefined)[]): string {
  return ['唤醒', ...words.filter(Boolean)].join(' ').slice(0, LONGEST_NAME)
}
