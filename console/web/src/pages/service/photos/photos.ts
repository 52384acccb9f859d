/**
 * Photos and videos of a form: taken in any order, photos shrunk, sent two at a time, again when the network is back. Each carries its own
 * state, so one that failed is taken again alone.
 */
import { computed, onScopeDispose, ref, type Ref } from 'vue'
import { ApiError } from '@shared/http'
import { newKey } from '@shared/intent'
import { keepPhoto } from '@/api/media'
import { mine } from '@shared/draft'
import { dropPending, keepPending, pendingOf } from '@shared/pending'
import { shrink } from './shrink'

export interface Photo {
  id: string
  label: string
  order: number
  preview: string
  state: 'waiting' | 'sending' | 'kept' | 'failed'
  key: string | null
  problem: string
  content: Blob | null
  isVideo: boolean
}

const AT_ONCE = 2

export function usePhotos(form: string) {
  const draft = mine(form)
  const photos: Ref<Photo[]> = ref([])
  /** Still on their way. One that was refused does not count: it is reported at its place and blocks nothing. */
  const waiting = computed(() => photos.value.filter(({ state }) => state === 'waiting' || state === 'sending').length)
  const kept = computed(() => photos.value.filter((photo) => photo.key !== null))
  let sending = 0
  let idle: (() => void)[] = []

  function remember({ id, label, order, content, key, preview }: Photo): void {
    // A private window has no such store; then photos live as long as the page.
    void keepPending({ id, draft, label, order, content, key, url: key ? preview : null }).catch(() => undefined)
  }

  async function send(photo: Photo): Promise<void> {
    if (!photo.content) return
    photo.state = 'sending'
    sending += 1
    try {
      const media = await keepPhoto(photo.content)
      URL.revokeObjectURL(photo.preview)
      Object.assign(photo, { state: 'kept', key: media.key, preview: media.url, content: null, problem: '' })
      remember(photo)
    } catch (reason) {
      const isRefused = reason instanceof ApiError
      photo.state = isRefused ? 'failed' : 'waiting'
      photo.problem = isRefused ? reason.message : ''
    } finally {
      sending -= 1
    }
    if (photo.state !== 'waiting') next()
    if (sending === 0) idle.splice(0).forEach((done) => done())
  }

  function next(): void {
    for (const photo of photos.value) {
      if (sending >= AT_ONCE) return
      if (photo.state === 'waiting') void send(photo)
    }
  }

  async function add(label: string, file: Blob): Promise<void> {
    const isVideo = file.type.startsWith('video/')
    const content = isVideo ? file : await shrink(file)
    const order = (photos.value.at(-1)?.order ?? 0) + 1
    const photo: Photo = {
      id: newKey(), label, order, preview: URL.createObjectURL(content), state: 'waiting', key: null, problem: '', content, isVideo,
    }
    photos.value.push(photo)
    remember(photo)
    next()
  }

  function remove(id: string): void {
    photos.value = photos.value.filter((photo) => photo.id !== id)
    void dropPending(id).catch(() => undefined)
  }

  /** Forget the draft once the form has been accepted. */
  function clear(): void {
    for (const photo of photos.value) void dropPending(photo.id).catch(() => undefined)
    photos.value = []
  }

  /** Resolves when nothing is on its way any more; look at `waiting` for what could not be sent. */
  function settled(): Promise<void> {
    next()
    return sending === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))
  }

  void pendingOf(draft)
    .catch(() => [])
    .then((found) => {
      photos.value = [
        ...found.map(({ id, label, order, content, key, url }): Photo => {
          const preview = url ?? (content ? URL.createObjectURL(content) : '')
          return { id, label, order, preview, state: key ? 'kept' : 'waiting', key, problem: '', content, isVideo: key?.endsWith('.mp4') ?? content?.type.startsWith('video/') ?? false }
        }),
        ...photos.value,
      ]
      next()
    })

  window.addEventListener('online', next)
  onScopeDispose(() => window.removeEventListener('online', next))
  return { photos, waiting, kept, add, remove, clear, settled, next }
}

export type Photos = ReturnType<typeof usePhotos>
