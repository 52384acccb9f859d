/** A segment while it is built: its tree with every step taken back or again, its name, and what a colleague saved meanwhile. */
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useLeft } from '@shared/draft'
import type { Change } from '@shared/form'
import { ApiError } from '@shared/http'
import { useIntent } from '@shared/intent'
import { createSegment, readSegment, updateSegment, type Segment, type SegmentEditor } from '@/api/segments'
import { definitionOf, newCondition, newGroup, treeOf, type GroupNode } from './conditions'
import { createHistory } from './history'

/** `reading` says the definition as it stands, for whoever compares it with a colleague's. */
export function useSegmentDraft(reading: () => string | undefined) {
  const saved = shallowRef<Segment | null>(null)
  const name = ref('')
  const tree = shallowRef<GroupNode>(newGroup('all', [newCondition('dormancy')]))
  const round = ref(0)
  const saving = useIntent()
  /** What a colleague saved meanwhile is shown beside what is here. */
  const theirs = shallowRef<Segment | null>(null)
  let history = createHistory('')

  const definition = computed(() => definitionOf(tree.value))
  const asText = computed(() => JSON.stringify(definition.value))
  const savedText = computed(() => saved.value && JSON.stringify(definitionOf(treeOf(saved.value.definition))))
  const isChanged = computed(() => !saved.value || asText.value !== savedText.value || name.value !== saved.value.name)
  const conflict = computed(() => (saving.error.value instanceof ApiError && saving.error.value.code === 'stale_version' ? saving.error.value : null))
  const canUndo = computed(() => round.value >= 0 && history.canUndo())
  const canRedo = computed(() => round.value >= 0 && history.canRedo())

  /** What was built and not saved, for whoever comes back to this segment. */
  const left = useLeft<{ name: string; text: string }>(() => `segment.${saved.value?.id ?? 'new'}`)
  const standing = computed(() => JSON.stringify({ name: name.value, text: asText.value }))
  let begun = ''

  function take(segment: Segment): void {
    saved.value = segment
    name.value = segment.name
    tree.value = treeOf(segment.definition)
  }

  /** From what is ready made, where the address names one. */
  function begin(kinds: SegmentEditor, from: unknown): void {
    const ready = kinds.ready_made.find((each) => each.key === from)
    if (!ready) return
    tree.value = treeOf(ready.definition)
    name.value = ready.name
  }

  /** What stands now is where steps back end and drafts begin. */
  function settleIn(): void {
    history = createHistory(asText.value)
    begun = standing.value
    left.look()
  }

  function goOn(): void {
    const kept = left.left.value
    left.left.value = null
    if (kept?.text) change(treeOf(JSON.parse(kept.text)))
    if (kept?.name) name.value = kept.name
  }

  function change(next: GroupNode): void {
    tree.value = next
    history.push(asText.value)
    round.value += 1
  }

  function travel(text: string | undefined): void {
    if (text === undefined) return
    tree.value = treeOf(JSON.parse(text))
    round.value += 1
  }

  const undo = () => travel(history.undo())
  const redo = () => travel(history.redo())

  async function save(title: string): Promise<Segment | undefined> {
    const before = saved.value
    const kept = await saving.run((key) =>
      before ? updateSegment(before.id, { name: title, definition: definition.value, version: before.version }) : createSegment(title, definition.value, key),
    )
    if (!kept) return undefined
    left.forget()
    saved.value = kept
    name.value = kept.name
    if (!before) history.push(asText.value)
    return kept
  }

  const changes = computed<Change[]>(() => {
    if (!theirs.value) return []
    const rows = [
      { field: 'name', word: '名称', theirs: theirs.value.name, mine: name.value },
      { field: 'definition', word: '条件', theirs: theirs.value.reading, mine: reading() ?? '您现在看到的' },
    ]
    return rows.filter((row) => row.theirs !== row.mine)
  })

  function settle(): void {
    saving.error.value = null
    theirs.value = null
  }

  async function takeMine(): Promise<void> {
    if (theirs.value) saved.value = theirs.value
    settle()
    await save(name.value)
  }

  async function takeNewest(): Promise<void> {
    if (!saved.value) return
    const mine = tree.value
    const title = name.value === saved.value.name ? null : name.value
    take(theirs.value ?? (await readSegment(saved.value.id)))
    if (title) name.value = title
    settle()
    // What was typed is one 撤销 away.
    history.push(JSON.stringify(definitionOf(mine)))
    history.push(asText.value)
    round.value += 1
  }

  function keys(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
    if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return
    event.preventDefault()
    if (event.shiftKey) redo()
    else undo()
  }

  watch(standing, (now) => begun && now !== begun && isChanged.value && left.keep({ name: name.value, text: asText.value }))
  watch(conflict, async (found) => {
    if (found && saved.value) theirs.value = await readSegment(saved.value.id).catch(() => null)
  })
  window.addEventListener('keydown', keys)
  onBeforeUnmount(() => window.removeEventListener('keydown', keys))

  return {
    saved, name, tree, definition, asText, savedText, isChanged, saving, conflict, changes, left, canUndo, canRedo,
    take, begin, settleIn, goOn, change, undo, redo, save, takeMine, takeNewest,
  }
}
