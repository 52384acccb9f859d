/** Acts that can be taken back say so for eight seconds; undoing is a new command, both stay in the log. */
import { ref } from 'vue'

export interface Undoable {
  sentence: string
  undo?: () => void | Promise<void>
}

const SHOWN_MS = 8000

export const undoable = ref<Undoable | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** Show 「已派给刘强 [撤销]」; without `undo` it is only told. */
export function tell(sentence: string, undo?: Undoable['undo']): void {
  clearTimeout(timer)
  undoable.value = { sentence, undo }
  timer = setTimeout(() => (undoable.value = null), SHOWN_MS)
}

export async function takeBack(): Promise<void> {
  const act = undoable.value
  clearTimeout(timer)
  undoable.value = null
  await act?.undo?.()
}
