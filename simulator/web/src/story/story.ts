/** Where the story stands. The place is in the address bar, so a link reopens the same moment. */
import { computed, nextTick, onScopeDispose, ref, watch } from 'vue'
import { CONDITIONS, lend } from './hands'
import { whoseTurn } from './hands/visit'
import { frame, pageFor, show } from './stage'
import { STEPS, type Act } from './steps'

const FIND_EVERY_MS = 150
/** The platform delivers within seconds, and a busy machine takes longer. */
const FIND_FOR_MS = 20_000
/** Signing in to the console through WeCom's page takes a second or two; more than this is not worth waiting for. */
const FRAME_FOR_MS = 6_000
/** A page that is there shows its button by then; otherwise the phone is led to where it should stand. */
const FIRST_LOOK_MS = 2_500

const PLACE = /[#&]step=(\d+)(?:\.(\d+))?/
const targetsOf = (act: Act): readonly string[] => [act.target, ...(act.also ?? [])]

function placeInAddress(): { step: number; act: number } {
  const found = PLACE.exec(location.hash)
  const step = Math.min(STEPS.length, Math.max(1, Number(found?.[1] ?? 1)))
  return { step, act: Number(found?.[2] ?? 0) }
}

export function useStory(handPhoneTo: (userid: string) => void) {
  const place = placeInAddress()
  const stepNumber = ref(place.step)
  const actIndex = ref(place.act)
  /** How often the current act was done again. */
  const round = ref(0)
  /** The story acts by itself, one act or up to a step. */
  const acting = ref(false)
  const playing = ref(false)
  /** Nobody has begun here: no place in the address, and no printed code was followed. */
  const isNew = ref(!PLACE.test(location.hash) && !location.hash.startsWith('#/scan/'))
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

  /**
   * Goes on where the pressed thing is what the current act asks for, or an owner's later one in this step: he found his
   * own way there. WeChat's own questions come again and again, so they answer for the current act only.
   */
  function pressed(pressedTarget: string, fits: (each: Act) => boolean = () => true): void {
    const found = step.value.acts.findIndex((each, index) => {
      if (index < actIndex.value || each.type || !targetsOf(each).includes(pressedTarget) || !fits(each)) return false
      return index === actIndex.value || !(each.staff || pressedTarget.startsWith('sheet-'))
    })
    if (found < 0) return
    actIndex.value = found
    advance()
  }

  /** Pressed in the console, where most presses count only once they are written. */
  const pressedInFrame = (pressedTarget: string): void => pressed(pressedTarget, (each) => each.opens === true)
  async function writtenInFrame(pressedTarget: string): Promise<void> {
    const current = act.value
    if (current?.again && pressedTarget === current.target && (await CONDITIONS[current.again]().catch(() => false))) {
      await lead(current).catch(() => undefined)
      round.value += 1
    } else pressed(pressedTarget, (each) => !each.opens)
  }

  function typed(event: Event): void {
    const field = event.target as HTMLInputElement
    if (act.value?.type && field.dataset.story === target.value && field.value === act.value.type) advance()
  }

  function onClick(event: MouseEvent): void {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-story]') : null
    const name = element?.dataset.story
    // The thing's own handler comes first: going on may take it off the screen.
    if (name && element.tagName !== 'CANVAS') setTimeout(() => pressed(name))
  }

  /** A signature is drawn, not clicked: the story goes on when the hand is lifted. */
  function onPointerUp(event: PointerEvent): void {
    if (event.target instanceof HTMLCanvasElement && event.target.dataset.story) pressed(event.target.dataset.story)
  }

  const here = (current: Act) => {
    const selector = targetsOf(current).map((name) => `[data-story="${CSS.escape(name)}"]:not(:disabled)`)
    const found = [...document.querySelectorAll<HTMLElement>(selector.join())]
    return found.find((element) => element.offsetParent !== null || element.getClientRects().length > 0) ?? null
  }

  async function until<T>(look: () => T | null | false, milliseconds: number): Promise<T | null> {
    for (const began = performance.now(); performance.now() - began < milliseconds; ) {
      const found = look()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, FIND_EVERY_MS))
    }
    return null
  }

  async function lead(current: Act): Promise<void> {
    if (current.staff) handPhoneTo(await whoseTurn(current.staff))
    if (current.at) show(current.staff ? 'staff' : 'owner', current.at.place, await pageFor(current.at.page))
  }

  /** Both phones stand where the act in the address needs them: each where its last act up to here was. */
  async function begin(): Promise<void> {
    const before = STEPS.slice(0, stepNumber.value - 1).flatMap((each) => each.acts)
    const sofar = [...before, ...step.value.acts.slice(0, actIndex.value + 1)].reverse()
    for (const last of [sofar.find((each) => each.staff), sofar.find((each) => !each.staff && each.at)]) {
      if (last) await lead(last).catch(() => undefined)
      await nextTick()
    }
  }

  /** 「开始」: from here on the address says where we are. */
  function start(): void {
    isNew.value = false
    history.replaceState(null, '', '#step=1.0')
  }

  async function press(current: Act): Promise<void> {
    const isCard = current.target.startsWith('card-')
    if (current.hand && !isCard) return byHand(current)
    let found = await until(() => here(current), FIRST_LOOK_MS)
    if (!found && current.at) await lead(current)
    found ??= await until(() => here(current), current.hand ? FIRST_LOOK_MS * 2 : FIND_FOR_MS)
    if (!found && current.hand) return byHand(current)
    if (!found) throw new Error('这一步的按钮还没出现，可以先看看两台手机。')
    if (current.type && found instanceof HTMLInputElement) {
      found.value = current.type
      found.dispatchEvent(new Event('input', { bubbles: true }))
    } else if (found.tagName === 'CANVAS') {
      found.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      advance()
    } else found.click()
  }

  /** A hand may move the clock, and a sign-in under way in the console would find its code too old. */
  async function byHand(current: Act): Promise<void> {
    await until(() => !frame.isOpening, FRAME_FOR_MS)
    if (current.hand) await lend(current.hand)
    if (act.value === current) advance()
  }

  /** 「替我点」: do the current act as the person would. Gives false, and says why, when it cannot be done. */
  async function actForMe(): Promise<boolean> {
    const current = act.value
    if (!current || acting.value) return false
    acting.value = true
    stuck.value = ''
    try {
      if (current.staff) handPhoneTo(await whoseTurn(current.staff))
      await press(current)
      return true
    } catch (reason) {
      stuck.value = (reason as Error).message
      return false
    } finally {
      acting.value = false
    }
  }

  /** 「跳到这一步」 plays what lies before, act by act; it stops where something is missing. */
  async function playTo(number: number): Promise<void> {
    playing.value = true
    while (playing.value && stepNumber.value < number) {
      const before = act.value
      if (!(await actForMe())) break
      await until(() => act.value !== before, FIND_FOR_MS)
    }
    playing.value = false
  }

  function restart(): void {
    stepNumber.value = 1
    actIndex.value = 0
    stuck.value = ''
  }

  const glow = document.head.appendChild(document.createElement('style'))
  watch(
    act,
    (current) => {
      const rule = 'outline:3px solid #f5a623;outline-offset:2px;animation:wd-glow 1.4s ease-in-out infinite'
      const names = current ? targetsOf(current).map((name) => `[data-story="${name}"]`) : []
      glow.textContent = current ? `${names.join()}{${rule}}` : ''
    },
    { immediate: true },
  )
  // The right phone goes from hand to hand by itself; the left one is the newcomer's own.
  watch(act, (current) => current?.staff && void lead(current).catch(() => undefined))
  watch([stepNumber, actIndex], ([number, index]) => history.replaceState(null, '', `#step=${number}.${index}`))

  document.addEventListener('click', onClick, true)
  document.addEventListener('pointerup', onPointerUp)
  document.addEventListener('input', typed, true)
  onScopeDispose(() => {
    document.removeEventListener('click', onClick, true)
    document.removeEventListener('pointerup', onPointerUp)
    document.removeEventListener('input', typed, true)
    glow.remove()
  })

  return {
    stepNumber, actIndex, step, act, target, finished, acting, playing, isNew, round, stuck, seenInFrame,
    begin, start, pressedInFrame, writtenInFrame, advance, actForMe, playTo, restart,
  }
}

export type Story = ReturnType<typeof useStory>
