/** What uni's own elements tell with their events: the value typed or chosen. */
export function valueOf(event: unknown): string {
  return String((event as { detail: { value: unknown } }).detail.value)
}
