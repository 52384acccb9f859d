/** What an advisor shows for a decision they record: a call with its time and the owner's words, or the signed paper. */
import { computed, reactive, watch } from 'vue'
import { now } from '@shared/clock'
import { useLeft } from '@shared/draft'
import { fieldTime, momentOfField } from '@shared/format'
import type { Evidence } from '@/api/repair-orders'
import { usePhotos } from '../photos/photos'

export const PAPER = '签字单据'

export function useEvidence(draft: string) {
  const { left, look, keep, forget } = useLeft<{ words: string }>(() => `said.${draft}`)
  look()
  const form = reactive({ how: 'phone' as Evidence['how'], saidAt: fieldTime(now()), words: left.value?.words ?? '' })
  watch(() => form.words, (words) => (words ? keep({ words }) : forget()))
  const photos = usePhotos(draft)
  const photo = computed(() => photos.kept.value.at(-1)?.key ?? null)

  /** What is still missing, in the advisor's words; `signs` when a declined safety item needs the signed paper too. */
  function gap(signs = false): string {
    if (form.how === 'phone' && !form.saidAt) return '通话时间'
    if (form.how === 'phone' && !form.words.trim()) return '车主怎么说的'
    if ((form.how === 'paper' || signs) && !photo.value) return photos.waiting.value ? '照片还在上传' : `${PAPER}的照片`
    return ''
  }

  function value(): Evidence {
    const isCall = form.how === 'phone'
    return {
      how: form.how,
      said_at: isCall ? momentOfField(form.saidAt) : null,
      words: isCall ? form.words.trim() : '',
      photo: photo.value,
    }
  }

  /** Another decision has other evidence. */
  function clear(): void {
    Object.assign(form, { saidAt: fieldTime(now()), words: '' })
    photos.clear()
  }

  return { form, photos, gap, value, clear }
}

export type EvidenceForm = ReturnType<typeof useEvidence>
