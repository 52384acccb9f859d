import { effectScope } from 'vue'
import { afterEach, expect, it, vi } from 'vitest'
import { ApiError } from '@shared/http'

vi.mock('@/api/media', () => ({ keepPhoto: vi.fn() }))
vi.mock('./shrink', () => ({ shrink: (file: Blob) => Promise.resolve(file) }))

const { keepPhoto } = await import('@/api/media')
const { usePhotos } = await import('./photos')

vi.stubGlobal('window', new EventTarget())
URL.createObjectURL = () => 'blob:preview'
URL.revokeObjectURL = () => undefined
const scope = effectScope()
afterEach(() => vi.mocked(keepPhoto).mockReset())

it('a photo that was refused is told and holds up nothing else', async () => {
  vi.mocked(keepPhoto)
    .mockRejectedValueOnce(new ApiError(422, 'media_unreadable', '这张没传上：文件损坏，打不开。'))
    .mockResolvedValueOnce({ key: 'k.jpg', url: '/media/k.jpg', content_type: 'image/jpeg', size_bytes: 1 })
  const photos = scope.run(() => usePhotos('test'))!
  await photos.add('左前角', new Blob(['broken']))
  await photos.add('左前角', new Blob(['good']))
  await photos.settled()
  expect(photos.waiting.value).toBe(0)
  expect(photos.kept.value.map((photo) => photo.key)).toEqual(['k.jpg'])
  expect(photos.photos.value.map((photo) => photo.problem)).toEqual(['这张没传上：文件损坏，打不开。', ''])
})

it('a video is sent as it is and known as one', async () => {
  vi.mocked(keepPhoto).mockResolvedValueOnce({ key: 'k.mp4', url: '/media/k.mp4', content_type: 'video/mp4', size_bytes: 9 })
  const photos = scope.run(() => usePhotos('film'))!
  const film = new Blob(['film'], { type: 'video/mp4' })
  await photos.add('左前角', film)
  await photos.settled()
  expect(vi.mocked(keepPhoto).mock.calls.at(-1)).toEqual([film])
  expect(photos.kept.value.map(({ key, isVideo }) => [key, isVideo])).toEqual([['k.mp4', true]])
})
