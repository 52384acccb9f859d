/** Which lists this person may take away, asked once for each sign-in. */
import { shallowRef, watch } from 'vue'
import { readExportableLists, type ExportableList } from '@/api/exports'
import { session } from '@/session/session'

const lists = shallowRef<ExportableList[]>([])

watch(
  () => session.value?.id,
  async (id) => {
    lists.value = []
    // Without an answer no list offers a file; the next sign-in or reload asks again.
    if (id) lists.value = await readExportableLists().catch(() => [])
  },
  { immediate: true },
)

export const exportableList = (name: string): ExportableList | undefined => lists.value.find((list) => list.name === name)
