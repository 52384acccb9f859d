/** The words of a part in one place: its own, else the group's, else the shipped ones. */
import type { Wording, WordingPlace } from '@/api/wordings'

export interface Standing {
  words: string
  isOwn: boolean
  /** What a change has to name as seen. */
  version: number
}

const placeOf = (wording: Wording, store: number | null): WordingPlace | undefined =>
  wording.places.find(({ store_id }) => (store_id ?? null) === store)

export function standing(wording: Wording, store: number | null): Standing {
  const own = placeOf(wording, store)
  const { words, is_own: isOwn, version } = own ?? { words: placeOf(wording, null)?.words ?? wording.shipped, is_own: false, version: 0 }
  return { words, isOwn, version }
}

/** The values that the words must contain, as they are typed. */
export const typedValues = (wording: Wording): string[] => wording.values.map((value) => `{${value}}`)

/** Those that these words lack. */
export const lacking = (wording: Wording, words: string): string[] => typedValues(wording).filter((typed) => !words.includes(typed))
