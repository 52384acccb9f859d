/** What the editor's answer offers, as choices. */
import type { SegmentEditor } from '@/api/segments'
import type { Choice, Offers } from './inputs'

const named = (rows: readonly { value: string | number; word: string }[]): readonly Choice[] => rows.map(({ value, word }) => [value, word] as const)

export function offersOf(editor: SegmentEditor | null, stores: readonly { id: number; short_name: string }[]): Offers {
  const made = editor?.choices
  return {
    series: (editor?.series ?? []).map((name) => [name, name] as const),
    stores: stores.map((store) => [store.id, store.short_name] as const),
    templates: named(made?.templates ?? []),
    campaigns: named(made?.campaigns ?? []),
    lists: named(made?.lists ?? []),
    items: named(made?.items ?? []),
    customer_fields: named(made?.customer_fields ?? []),
    car_fields: named(made?.car_fields ?? []),
    ofCars: new Set((editor?.conditions ?? []).filter((each) => each.is_about_a_car).map((each) => each.field)),
    fields: [...(made?.customer_fields ?? []), ...(made?.car_fields ?? [])],
  }
}
