import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, it } from 'vitest'
import { beside } from './beside'
import TabList from './TabList.vue'

describe('the views of a page', () => {
  it('are one stop of the Tab key, on the open one', async () => {
    const tabs = [{ key: 'lines', word: '项目' }, { key: 'bill', word: '账单' }]
    const html = await renderToString(createSSRApp({ render: () => h(TabList<string>, { modelValue: 'bill', tabs, label: '工单的内容', story: 's4-tab' }) }))
    expect(html).toMatch(/aria-selected="false" tabindex="-1" data-story="s4-tab-lines"/)
    expect(html).toMatch(/aria-selected="true" tabindex="0" data-story="s4-tab-bill"/)
  })

  it('are walked with the arrows, round the ends, and with Home and End', () => {
    expect(['ArrowRight', 'ArrowLeft', 'Home', 'End'].map((key) => beside(2, 3, key))).toEqual([0, 1, 0, 2])
    expect(beside(0, 3, 'ArrowLeft')).toBe(2)
  })

  it('leave every other key to the page', () => {
    expect(beside(0, 3, 'j')).toBeNull()
    expect(beside(0, 0, 'End')).toBeNull()
  })
})
