/**
 * What the story may reach besides the buttons on the two phones: where a phone stands, the owner's own API, and the
 * staff API signed in as the person whose step it is. So a step can be done where its page is not there.
 */
import { ref, shallowRef } from 'vue'
import { createHttp, type Http } from '@shared/http'
import type { OwnerApi } from '@/owner/api'
import { control } from '@/control/api'
import { world } from '@/control/world'

/** A wish of the story: what a phone should show next. The number makes the same wish twice two wishes. */
export interface PlaceWish {
  phone: 'owner' | 'staff'
  place: string
  page?: string
  number: number
}

export const wish = shallowRef<PlaceWish | null>(null)
/** The API of the owner whose phone is shown; set by the phone. */
export const ownerApi = shallowRef<OwnerApi | null>(null)

export function show(phone: 'owner' | 'staff', place: string, page?: string): void {
  wish.value = { phone, place, page, number: (wish.value?.number ?? 0) + 1 }
}

/** `{order}` in a page's address is the owner's newest visit, `{plan}` the newest plan of 林晓, `{approval}` what it waits for. */
export async function pageFor(page?: string): Promise<string | undefined> {
  if (page?.includes('{order}')) {
    const [newest] = (await ownerApi.value?.orders().catch(() => [])) ?? []
    return newest && page.replace('{order}', String(newest.id))
  }
  if (page?.includes('{plan}') || page?.includes('{approval}')) {
    const http = await as('linxiao')
    const { items } = await http
      .get<{ items: { id: number; approval_id: number | null }[] }>('/api/staff/broadcasts')
      .catch(() => ({ items: [] }))
    return items[0] && page.replace('{plan}', String(items[0].id)).replace('{approval}', String(items[0].approval_id ?? ''))
  }
  return page
}

const SUBJECTS_FOR_MS = 2_000
let subjectsAt = 0
let subjectsOf = ''
let known: string[] = []

/** Whose matter the story is: the owner's newest visit and bookings. Other cars stand in the same lists. */
export async function subjects(target: string): Promise<string[]> {
  const api = ownerApi.value
  if (api && (subjectsOf !== target || performance.now() - subjectsAt > SUBJECTS_FOR_MS)) {
    subjectsOf = target
    subjectsAt = performance.now()
    const [orders, appointments] = await Promise.all([api.orders().catch(() => []), api.appointments().catch(() => [])])
    known = [...orders.slice(0, 1).map((order) => `order:${order.id}`), ...appointments.map((each) => `appointment:${each.id}`)]
  }
  return known
}

/** The console in the staff phone: it has loaded what it was sent to, and has said something since. */
export const frame = { isOpening: false, hasLoaded: false }

export function frameOpens(): void {
  frame.isOpening = true
  frame.hasLoaded = false
}

export function frameSpoke(): void {
  if (frame.hasLoaded) frame.isOpening = false
}

interface SignInOptions {
  people: { id: number; name: string; store: string | null }[]
}

/** Grows when the clock jumped over the end of everybody's session. */
export const sessionsBegun = ref(0)
const signedIn = new Map<string, Promise<Http>>()

/** The staff API as this member of WeCom; a session lasts a working day, so a jump of the clock signs in anew. */
export function as(userid: string): Promise<Http> {
  const known = signedIn.get(userid)
  if (known) return known
  const coming = signIn(userid)
  signedIn.set(userid, coming)
  coming.catch(() => signedIn.delete(userid))
  return coming
}

/** After the clock has moved, old sessions are over. */
export function forgetSessions(): void {
  signedIn.clear()
  sessionsBegun.value += 1
}

export async function useridOf(name: string): Promise<string> {
  const { staff } = await control.staff()
  const found = staff.find((member) => member.name === name)
  if (!found) throw new Error('演示数据里没有这位同事。')
  return found.userid
}

export const asNamed = async (name: string): Promise<Http> => as(await useridOf(name))

async function signIn(userid: string): Promise<Http> {
  const baseUrl = world.value?.product_url ?? location.origin
  const open = createHttp({ baseUrl })
  const [{ staff }, { people }] = await Promise.all([control.staff(), open.get<SignInOptions>('/api/staff/sign-in')])
  const name = staff.find((member) => member.userid === userid)?.name
  const person = people.find((entry) => entry.name === name)
  if (!person) throw new Error('演示数据里没有这位同事。')
  const { token } = await open.post<{ token: string }>('/api/staff/sessions', { body: { staff_id: person.id } })
  return createHttp({ baseUrl, token: () => token })
}

/** A picture as a technician's phone would take it: invented, and it says what it shows. */
export async function drawPhoto(label: string, hue: number): Promise<Blob> {
  const [width, height] = [960, 720]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const pen = canvas.getContext('2d')!
  const sky = pen.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, `hsl(${hue} 28% 74%)`)
  sky.addColorStop(1, `hsl(${hue} 22% 42%)`)
  pen.fillStyle = sky
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = 'rgb(30 34 42 / 80%)'
  pen.beginPath()
  pen.roundRect(140, 330, 680, 170, 60)
  pen.fill()
  pen.beginPath()
  pen.roundRect(270, 220, 400, 170, 70)
  pen.fill()
  pen.fillStyle = '#11141a'
  for (const x of [280, 680]) {
    pen.beginPath()
    pen.arc(x, 505, 70, 0, Math.PI * 2)
    pen.fill()
  }
  pen.fillStyle = '#fff'
  pen.font = '600 76px sans-serif'
  pen.textAlign = 'center'
  pen.fillText(label, width / 2, 130)
  pen.font = '30px sans-serif'
  pen.fillText('演示照片', width / 2, 680)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.8))
}

/** Store a drawn photo as this member and give its key. */
export async function upload(http: Http, label: string, hue: number): Promise<string> {
  const baseUrl = world.value?.product_url ?? location.origin
  const body = await drawPhoto(label, hue)
  const answer = await http.fetch(new Request(`${baseUrl}/api/staff/media`, { method: 'POST', body }))
  return ((await answer.json()) as { key: string }).key
}
