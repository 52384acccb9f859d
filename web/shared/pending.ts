/** Photos that are not sent yet, kept on the device: closing the page or a dead spot loses none and keeps their order. */

export interface PendingPhoto {
  id: string
  /** Which form they belong to. */
  draft: string
  label: string
  order: number
  /** The bytes until they are sent; then the key and address they have on the server. */
  content: Blob | null
  key: string | null
  url: string | null
}

const NAME = 'wedealer.photos'
const TABLE = 'photos'

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'id' }).createIndex('draft', 'draft')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function within<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(TABLE, mode).objectStore(TABLE))
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  } finally {
    database.close()
  }
}

export const keepPending = (photo: PendingPhoto) => within('readwrite', (table) => table.put(photo))

export const dropPending = (id: string) => within('readwrite', (table) => table.delete(id))

export async function pendingOf(draft: string): Promise<PendingPhoto[]> {
  const found: PendingPhoto[] = await within('readonly', (table) => table.index('draft').getAll(draft))
  return found.sort((one, other) => one.order - other.order)
}

/** Every photo of forms whose name begins so. */
export async function dropAllPending(beginning: string): Promise<void> {
  const found: PendingPhoto[] = await within('readonly', (table) => table.getAll())
  for (const photo of found) if (photo.draft.startsWith(beginning)) await dropPending(photo.id)
}
