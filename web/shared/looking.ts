/** Who else looks at the same thing: asked now and then while the page is seen. It may be lost, so failures say nothing. */
import { onScopeDispose, ref } from 'vue'

const EVERY_MS = 10_000

export function useLooking(ask: () => Promise<{ names: string[] }>) {
  const names = ref<string[]>([])
  let isStopped = false

  async function look(): Promise<void> {
    if (document.hidden) return
    const found = await ask().catch(() => ({ names: [] }))
    if (!isStopped) names.value = found.names
  }

  const timer = setInterval(() => void look(), EVERY_MS)
  const seen = (): void => void look()
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    isStopped = true
    clearInterval(timer)
    document.removeEventListener('visibilitychange', seen)
  })
  void look()
  return names
}

/** 「李敏也在看」, 「李敏、王伟等 4 人也在看」. */
export function lookingWords(names: readonly string[]): string {
  if (names.length === 0) return ''
  const NAMED = 2
  return names.length <= NAMED ? `${names.join('、')}也在看` : `${names.slice(0, NAMED).join('、')}等 ${names.length} 人也在看`
}
