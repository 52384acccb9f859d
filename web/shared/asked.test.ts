import { createApp, nextTick, ref } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { describe, expect, it } from 'vitest'
import { onAsked } from './asked'

async function at(path: string): Promise<{ router: Router; ask: (may: () => boolean, open: () => void) => void }> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/appointments/:id', component: {} }] })
  const app = createApp({})
  app.use(router)
  await router.push(path)
  return { router, ask: (may, open) => app.runWithContext(() => onAsked('move', may, open)) }
}

describe('what a card asked to open', () => {
  it('opens once the thing is loaded, and is then forgotten', async () => {
    const { router, ask } = await at('/appointments/7?do=move&tab=1#notes')
    const isLoaded = ref(false)
    let opened = 0
    ask(() => isLoaded.value, () => (opened += 1))
    expect(opened).toBe(0)
    isLoaded.value = true
    await nextTick()
    expect(opened).toBe(1)
    await expect.poll(() => router.currentRoute.value.fullPath).toBe('/appointments/7?tab=1#notes')
    isLoaded.value = false
    await nextTick()
    isLoaded.value = true
    await nextTick()
    expect(opened).toBe(1)
  })

  it('stays shut for what was not asked, or may not be done', async () => {
    const { ask } = await at('/appointments/7?do=cancel')
    let opened = 0
    ask(() => true, () => (opened += 1))
    const other = await at('/appointments/7?do=move')
    other.ask(() => false, () => (opened += 1))
    await nextTick()
    expect(opened).toBe(0)
  })
})
