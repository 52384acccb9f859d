/** The tree of conditions as the editor holds it; `kinds` knows what each condition asks for. */
import type { Definition } from '@/api/segments'
import { kindOf } from './kinds'

export type Match = 'all' | 'any' | 'none'

/** A row of the tree: one condition; its other keys are the values of its field. */
export interface ConditionNode {
  key: number
  field: string
  [value: string]: unknown
}

export interface GroupNode {
  key: number
  match: Match
  items: SegmentNode[]
  /** 不必是同一辆车. */
  any_car?: boolean
}

export type SegmentNode = ConditionNode | GroupNode

export const isGroup = (node: SegmentNode): node is GroupNode => 'match' in node

export const MATCHES: readonly { match: Match; word: string }[] = [
  { match: 'all', word: '同时满足' },
  { match: 'any', word: '任一满足' },
  { match: 'none', word: '排除' },
]

let lastKey = 0
const nextKey = (): number => (lastKey += 1)

export const newCondition = (field: string): ConditionNode => ({ key: nextKey(), field, ...kindOf(field)?.begin() })
export const newGroup = (match: Match, items: SegmentNode[] = []): GroupNode => ({ key: nextKey(), match, items })

/** A saved definition as the editor's tree. */
export function treeOf(definition: Definition | Record<string, unknown>): GroupNode {
  const read = (node: Record<string, unknown>): SegmentNode =>
    'match' in node
      ? { ...newGroup(node.match as Match, (node.items as Record<string, unknown>[]).map(read)), ...(node.any_car ? { any_car: true } : {}) }
      : { ...node, key: nextKey(), field: String(node.field) }
  return read(definition) as GroupNode
}

/** The editor's tree as the server takes it: without our keys, without what is left open. */
export function definitionOf(node: SegmentNode): Record<string, unknown> {
  if (isGroup(node)) return { match: node.match, items: node.items.map(definitionOf), ...(node.any_car ? { any_car: true } : {}) }
  return Object.fromEntries(Object.entries(node).filter(([name, value]) => name !== 'key' && value !== null && value !== ''))
}

/** Whether the group asks something of a car, so that it matters whether one car has to meet it all. */
export const asksOfCars = (group: GroupNode, ofCars: ReadonlySet<string>): boolean =>
  group.match !== 'none' && group.items.some((item) => (isGroup(item) ? asksOfCars(item, ofCars) : ofCars.has(item.field)))

/** The fixed lists that a definition names, each once. */
export function listsIn(node: SegmentNode): number[] {
  if (!isGroup(node)) return node.field === 'fixed_list' ? ((node.list_ids ?? []) as number[]) : []
  return [...new Set(node.items.flatMap(listsIn))]
}

/** Whether a saved definition is a fixed list and nothing else. */
export const isFixedList = (definition: Definition): boolean => {
  const items = definition.items as { field?: string; value?: boolean }[] | undefined
  return items?.length === 1 && items[0]?.field === 'fixed_list' && items[0].value !== false
}

/** The node at a path of row numbers from 1 (`2.1`), as refusals name them. */
export function nodeAt(root: GroupNode, path: string): SegmentNode | null {
  let node: SegmentNode = root
  for (const part of path.split('.').filter(Boolean)) {
    const next: SegmentNode | undefined = isGroup(node) ? node.items[Number(part) - 1] : undefined
    if (!next) return null
    node = next
  }
  return node
}

/** A refusal's sentence at its row: 「第 3 条没填完」; the names of our fields mean nothing to a marketer. */
export function problemWords(path: string, message: string): string {
  const row = path ? `第 ${path} 条` : ''
  if (/^缺 [a-z_]+$/.test(message)) return `${row}没填完`
  return `${row}${message.replace(/[a-z_]{2,} ?/g, '')}`
}
