import { createSSRApp, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { renderToString } from 'vue/server-renderer'
import { describe, expect, it } from 'vitest'
import BilledLink from './BilledLink.vue'

const nothing = { render: () => null }
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/repair-orders/:id', name: 'repair-order', component: nothing }] })
const drawn = (props: { about: string; number: string; words?: string }) =>
  renderToString(createSSRApp({ render: () => h(BilledLink, props) }).use(router))

describe('what a bill is for', () => {
  it('leads to its repair order', async () => {
    const html = await drawn({ about: 'repair_order:12', number: 'RO-S01-261123-0007' })
    expect(html).toContain('href="/repair-orders/12"')
    expect(html).toContain('工单 0007')
    expect(await drawn({ about: 'repair_order:12', number: 'RO-S01-261123-0007', words: '看工单' })).toContain('看工单')
  })

  it('is only a number where there is no page yet', async () => {
    const html = await drawn({ about: 'deposit:3', number: 'DP-0003' })
    expect(html).toContain('DP-0003')
    expect(html).not.toContain('href')
  })
})
