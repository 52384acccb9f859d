/** Where the story stands. The place is in the address bar, so a link reopens the same moment. */
import { computed, nextTick, onScopeDispose, ref, watch, type Ref } from 'vue'
import { BACK_WORDS, placeByFacts, useCompass } from './compass'
import { CONDITIONS, lend } from './hands'
import { whoseTurn } from './hands/visit'
import { HERO } from './hero'
import { ACTS, placeOf, stepOf, stretchBegins } from './place'
import { reveal, seen, targetsOf, until, useEverywhere, useGlow } from './sight'
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
/** The clock is on neither phone. */
const isOfClock = (act: Act): boolean => act.target.startsWith('clock-')

function placeInAddress(): number {
  const found = PLACE.exec(location.hash)
  return placeOf(Number(found?.[1] ?? 1), Number(found?.[2] ?? 0))
}

/** Whose phones are shown, and how they change hands. */
export interface Phones {
  owner: Ref<string>
  staff: Ref<string>
}

export function useStory(phones: Phones) {
  const place = ref(placeInAddress())
  /** How often the current act was done again. */
  const round = ref(0)
  /** The story acts by itself, one act or up to a step. */
  const acting = ref(false)
  const playing = ref(false)
  /** Nobody has begun here: no place in the address, and no printed code was followed. */
  const isNew = ref(!PLACE.test(location.hash) && !location.hash.startsWith('#/scan/'))
  /** Nothing is looked for before both phones stand where the place in the address needs them. */
  const isOpening = ref(true)
  const stuck = ref('')
  const told = ref('')
  /** What the console inside the staff phone says it can see. */
  const seenInFrame = ref('')
  /** Whose turn it is with the right phone. */
  const holder = ref('')

  const stepNumber = computed(() => stepOf(place.value)[0])
  const actIndex = computed(() => stepOf(place.value)[1])
  const step = computed(() => STEPS[stepNumber.value - 1]!)
  const act = computed<Act | undefined>(() => ACTS[place.value])
  const target = computed(() => act.value?.target ?? '')
  const finished = computed(() => !act.value)

  const turnOf = (each: Act): string | undefined => (each === act.value && holder.value ? holder.value : each.staff)
  const isInRightHands = (each: Act): boolean =>
    isOfClock(each) || (each.staff ? phones.staff.value === turnOf(each) : phones.owner.value === HERO.personId)
  const isShown = (each: Act): boolean =>
    isInRightHands(each) && (seen(each) != null || (each.staff != null && seenInFrame.value === each.target))
  useGlow(act, computed(() => act.value != null && isInRightHands(act.value)))

  function go(to: number): void {
    stuck.value = ''
    place.value = to
  }

  function advance(): void {
    told.value = ''
    go(place.value + 1)
  }

  const { isLost } = useCompass({
    place: () => place.value,
    isBusy: () => isNew.value || isOpening.value || acting.value || playing.value,
    isShown,
    reveal,
    go,
    tell: (words) => (told.value = words),
  })

  /**
   * Goes on where the pressed thing is what the current act asks for, or an owner's later one in this step: they found
   * their own way there. WeChat's own questions come again and again, so they answer for the current act only.
   */
  function pressed(pressedTarget: string, fits: (each: Act) => boolean = () => true): void {
    const here = place.value
    const ends = here - actIndex.value + step.value.acts.length
    const found = ACTS.findIndex((each, index) => {
      if (index < here || index >= ends || each.type || !fits(each) || !isInRightHands(each)) return false
      if (!targetsOf(each).includes(pressedTarget) && each.or !== pressedTarget) return false
      return index === here || !(each.staff || pressedTarget.startsWith('sheet-'))
    })
    if (found < 0) return
    place.value = found
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
    const story = field.closest<HTMLElement>('[data-story]')?.dataset.story
    if (act.value?.type && story === target.value && field.value === act.value.type) advance()
  }

  function onClick(event: MouseEvent): void {
    // The mini-program's elements are of another window, whose classes are not ours.
    const element = (event.target as Element | null)?.closest?.<HTMLElement>('[data-story]')
    const name = element?.dataset.story
    // The thing's own handler comes first: going on may take it off the screen.
    if (name && element.tagName !== 'CANVAS') setTimeout(() => pressed(name))
  }

  /** A signature is drawn, not clicked: the story goes on when the hand is lifted. */
  function onPointerUp(event: PointerEvent): void {
    const element = event.target as HTMLElement
    if (element.tagName === 'CANVAS' && element.dataset?.story) pressed(element.dataset.story)
  }

  /** The phone comes into the hands whose turn it is, and stands where the act needs it. */
  async function lead(current: Act): Promise<void> {
    if (isOfClock(current)) return
    if (current.staff) phones.staff.value = holder.value = await whoseTurn(current.staff)
    else phones.owner.value = HERO.personId
    await nextTick()
    if (current.at) show(current.staff ? 'staff' : 'owner', current.at.place, await pageFor(current.at.page))
  }

  /** This act, or the nearest before it, since the last result, that says where its phone must stand. */
  function ledTo(from: number): number {
    let to = from
    while (to > stretchBegins(from) && !ACTS[to]?.at) to -= 1
    return to
  }

  /** 「带我回去」: to where this can be done, or to the nearest act before it that says where. */
  async function leadBack(): Promise<void> {
    isLost.value = false
    const to = ledTo(place.value)
    const current = ACTS[to]!
    go(current.isLook ? to + 1 : to)
    await lead(current).catch((reason: Error) => (stuck.value = reason.message))
  }

  /**
   * Both phones stand where the act in the address needs them: each where its last act up to here was. What was typed or
   * opened before is gone with the page, so the story begins where a phone can be led to.
   */
  async function begin(): Promise<void> {
    if (!isNew.value) place.value = ledTo(await placeByFacts(place.value).catch(() => place.value))
    const sofar = ACTS.slice(0, place.value + 1).reverse()
    for (const last of [sofar.find((each) => each.staff), sofar.find((each) => !each.staff && each.at)]) {
      if (last && !isNew.value) await lead(last).catch(() => undefined)
    }
    isOpening.value = false
  }

  /** 「开始」: from here on the address says where we are; who comes back goes on where the story stands. */
  async function start(): Promise<void> {
    isNew.value = false
    isOpening.value = true
    remember()
    await begin()
  }

  async function press(current: Act): Promise<void> {
    const isOnPhone = ['card-', 'mass-'].some((kind) => current.target.startsWith(kind))
    if (current.hand && !isOnPhone) return byHand(current)
    let found = await until(() => isInRightHands(current) && seen(current), FIRST_LOOK_MS, FIND_EVERY_MS)
    if (!found) await lead(current)
    found ??= await until(() => seen(current), current.hand ? FIRST_LOOK_MS * 2 : FIND_FOR_MS, FIND_EVERY_MS)
    if (!found && current.hand) return byHand(current)
    if (!found) throw new Error('这一步的按钮还没出现，可以先看看两台手机。')
    const field = current.type ? (found.querySelector('input') ?? (found as HTMLInputElement)) : null
    if (field && current.type) {
      field.value = current.type
      field.dispatchEvent(new Event('input', { bubbles: true }))
    } else if (found.tagName === 'CANVAS') {
      found.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
      advance()
    } else found.click()
  }

  /** An act may move the clock, which would make the code of a sign-in under way in the console too old. */
  async function byHand(current: Act): Promise<void> {
    await until(() => !frame.isOpening, FRAME_FOR_MS, FIND_EVERY_MS)
    if (current.hand) await lend(current.hand)
    // One press may have done more than one act.
    const reached = await placeByFacts(place.value).catch(() => place.value)
    if (act.value !== current) return
    advance()
    go(Math.max(place.value, reached))
  }

  /** 「替我点」: do the current act as the person would. Gives false, and says why, when it cannot be done. */
  async function actForMe(): Promise<boolean> {
    if (!act.value || acting.value) return false
    acting.value = true
    stuck.value = ''
    try {
      // Somebody may have done it already; what was pressed last may still be on its way.
      const reached = await placeByFacts(place.value).catch(() => place.value)
      go(Math.max(place.value, reached))
      const current = act.value
      if (!current) return true
      if (current.staff) phones.staff.value = holder.value = await whoseTurn(current.staff)
      await press(current)
      return true
    } catch (reason) {
      await turnBack((reason as Error).message)
      return false
    } finally {
      acting.value = false
    }
  }

  /** It cannot be done: because something before it is not there any more, or for the reason given. */
  async function turnBack(reason: string): Promise<void> {
    const found = await placeByFacts(place.value).catch(() => place.value)
    if (found < place.value) {
      go(found)
      told.value = BACK_WORDS
    } else stuck.value = reason
  }

  /** 「跳到这一步」 plays what lies before, act by act; it stops where something is missing. */
  async function playTo(number: number): Promise<void> {
    playing.value = true
    while (playing.value && stepNumber.value < number) {
      const before = place.value
      if (!(await actForMe())) break
      await until(() => place.value !== before, FIND_FOR_MS, FIND_EVERY_MS)
    }
    playing.value = false
  }

  function remember(): void {
    history.replaceState(null, '', `#step=${stepNumber.value}.${actIndex.value}`)
  }

  // The right phone goes from hand to hand by itself; the left one is the newcomer's own.
  watch(act, (current) => {
    holder.value = ''
    if (current?.staff && !isOpening.value) void lead(current).catch(() => undefined)
  })
  watch(place, remember)

  const listening = new AbortController()
  useEverywhere((page) => {
    page.addEventListener('click', onClick, { capture: true, signal: listening.signal })
    page.addEventListener('pointerup', onPointerUp, { signal: listening.signal })
    page.addEventListener('input', typed, { capture: true, signal: listening.signal })
  })
  onScopeDispose(() => listening.abort())

  return {
    stepNumber, actIndex, step, act, target, finished, acting, playing, isNew, round, stuck, told, isLost, seenInFrame,
    begin, start, pressedInFrame, writtenInFrame, advance, leadBack, actForMe, playTo,
  }
}

export type Story = ReturnType<typeof useStory>
