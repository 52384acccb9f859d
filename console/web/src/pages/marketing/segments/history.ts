/** 撤销 and 重做 over whole states, as text. */
import { ref } from 'vue'

const LONGEST = 100

export function createHistory(first: string) {
  const states = ref([first])
  const at = ref(0)

  /** A new state; the same as the last one is no step. */
  function push(state: string): void {
    if (state === states.value[at.value]) return
    states.value = [...states.value.slice(0, at.value + 1), state].slice(-LONGEST)
    at.value = states.value.length - 1
  }

  const go = (step: number): string | undefined => {
    const state = states.value[at.value + step]
    if (state !== undefined) at.value += step
    return state
  }

  return {
    push,
    undo: () => go(-1),
    redo: () => go(1),
    canUndo: () => at.value > 0,
    canRedo: () => at.value < states.value.length - 1,
  }
}
