/** Where the story stands. The place is in the address bar, so a link reopens the same moment. */
import { computed, onScopeDispose, ref, watch } from 'vue'
import { STEPS, type Act } from './steps'

const FIND_EVERY_MS = 200
const FIND_FOR_MS = 15_000

function placeInAddress(): { step: number; act: number } {
  const found = /[#&]step=(\d+)(?:\.(\d+))?/.exec(location.hash)
  const step = Math.min(STEPS.length, Math.max(1, Number(found?.[1] ?? 1)))
  return { step, act: Number(found?.[2] ?? 0) }
}

export function useStory(handPhoneTo: (userid: string) => void) {
  const start = placeInAddress()
  const stepNumber = ref(start.step)
  const actIndex = ref(start.act)
  const playing = ref(false)
  const stuck = ref('')
  /** What the console inside the staff phone says it can see. */
  const seenInFrame = ref('')

  const step = computed(() => STEPS[stepNumber.value - 1]!)
  const act = computed<Act | undefined>(() => step.value.acts[actIndex.value])
  const target = computed(() => act.value?.target ?? '')
  const finished = computed(() => stepNumber.value === STEPS.length && !act.value)

  function advance(): void {
    stuck.value = ''
    actIndex.value += 1
    if (actIndex.value >= step.value.acts.length && stepNumber.value < STEPS.length) {
      stepNumber.value += 1
      actIndex.value = 0
    }
  }

  function pressed(pressedTarget: string): void {
    if (pressedTarget === target.value && !act.value?.type) advance()
  }

  function typed(event: Event): void {
    const field = event.target as HTMLInputElement
    if (act.value?.type && field.dataset.story === target.value && field.value.length >= act.value.type.length) advance()
  }

  function onClick(event: MouseEvent): void {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-story]') : null
    if (element?.dataset.story) pressed(element.dataset.story)
  }

  const here = (name: string) => document.querySelector<HTMLElement>(`[data-story="${CSS.escape(name)}"]:not(:disabled)`)

  async function find(name: string): Promise<HTMLElement | 'frame' | null> {
    for (const started = performance.now(); performance.now() - started < FIND_FOR_MS; ) {
      const element = here(name)
      if (element) return element
      if (seenInFrame.value === name) return 'frame'
      await new Promise((resolve) => setTimeout(resolve, FIND_EVERY_MS))
    }
    return null
  }

  /** 「替我点」: do the current act as the person would, on the same target. Gives false when the target is not there. */
  async function actForMe(): Promise<boolean> {
    const current = act.value
    if (!current) return false
    if (current.staff) handPhoneTo(current.staff)
    const found = await find(current.target)
    if (!found) {
      stuck.value = '这一步的按钮还没出现，可以先看看两台手机。'
      return false
    }
    if (found === 'frame') window.dispatchEvent(new CustomEvent('story-press', { detail: current.target }))
    else if (current.type && found instanceof HTMLInputElement) {
      found.value = current.type
      found.dispatchEvent(new Event('input', { bubbles: true }))
    } else if (found.tagName === 'CANVAS') {
      found.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      advance()
    } else found.click()
    return true
  }

  /** 「跳到这一步」 plays what lies before, act by act; it stops where something is missing. */
  async function playTo(number: number): Promise<void> {
    playing.value = true
    while (playing.value && stepNumber.value < number) {
      const before = `${stepNumber.value}.${actIndex.value}`
      if (!(await actForMe())) break
      await until(() => `${stepNumber.value}.${actIndex.value}` !== before)
    }
    playing.value = false
  }

  async function until(condition: () => boolean): Promise<void> {
    for (const started = performance.now(); !condition() && performance.now() - started < FIND_FOR_MS; ) {
      await new Promise((resolve) => setTimeout(resolve, FIND_EVERY_MS))
    }
  }

  function restart(): void {
    stepNumber.value = 1
    actIndex.value = 0
  }

  const glow = document.head.appendChild(document.createElement('style'))
  watch(
    target,
    (name) => {
      const rule = 'outline:3px solid #f5a623;outline-offset:2px;animation:wd-glow 1.4s ease-in-out infinite'
      glow.textContent = name ? `[data-story="${name}"]{${rule}}` : ''
    },
    { immediate: true },
  )
  watch(act, (current) => current?.staff && handPhoneTo(current.staff))
  watch([stepNumber, actIndex], ([number, index]) => history.replaceState(null, '', `#step=${number}.${index}`))

  document.addEventListener('click', onClick, true)
  document.addEventListener('input', typed, true)
  onScopeDispose(() => {
    document.removeEventListener('click', onClick, true)
    document.removeEventListener('input', typed, true)
    glow.remove()
  })

  return { stepNumber, actIndex, step, act, target, finished, playing, stuck, seenInFrame, pressed, actForMe, playTo, restart }
}

export type Story = ReturnType<typeof useStory>
