import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, it } from 'vitest'
import ChoiceField from '../fields/ChoiceField.vue'
import type { Column } from './columns'
import DataTable from './DataTable.vue'

interface Row { id: number; name: string }
const columns: Column<Row>[] = [{ key: 'name', word: '客户', by: (row) => row.name }, { key: 'phone', word: '手机号' }, { key: 'do', word: '操作', spoken: true }]
const rows: Row[] = [{ id: 7, name: '张伟' }]

const drawn = (props: object) =>
  renderToString(createSSRApp({ render: () => h(DataTable<Row>, { columns, rows, ...props }, { name: ({ row }: { row: Row }) => row.name }) }))

describe('a table of records', () => {
  it('offers an order only where all rows are there and the column has one', async () => {
    expect((await drawn({})).match(/class="order"/g)).toBeNull()
    expect((await drawn({ canOrder: true })).match(/class="order"/g)).toHaveLength(1)
  })

  it('tells a screen reader the order, and the word of a column of buttons', async () => {
    const html = await drawn({ canOrder: true, order: '-name' })
    expect(html).toContain('aria-sort="descending"')
    expect(html).toMatch(/class="wd-spoken"[^>]*>操作</)
  })

  it('has boxes only for acts on many, each with the name of its row', async () => {
    expect(await drawn({})).not.toContain('type="checkbox"')
    const html = await drawn({ chosen: new Set([7]), nameOf: (row: Row) => row.name })
    expect(html).toContain('aria-label="选 张伟" checked')
    expect(html).toContain('aria-label="全选"')
  })
})

describe('a choice', () => {
  const choices = (many: number) => Array.from({ length: many }, (_, index) => ({ value: String(index), word: `员工${index}` }))
  const field = (many: number) => renderToString(createSSRApp({ render: () => h(ChoiceField, { modelValue: '', choices: choices(many), label: '负责人', none: '全部负责人' }) }))

  it('is the browser\'s own field, also a long one until the search has come', async () => {
    for (const many of [3, 40]) {
      const html = await field(many)
      expect(html).toContain('<select')
      expect(html.match(/<option/g)).toHaveLength(many + 1)
    }
  })
})
