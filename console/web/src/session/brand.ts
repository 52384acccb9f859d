/** What the console calls itself: by the dealer group's short name, or by our own before anybody is signed in. */
import { computed } from 'vue'
import { session } from './session'

const OURS = 'WeDealer'

export const brandName = computed(() => session.value?.group || OURS)

/** Give the browser's tab its title: what the page shows, then whose console it is. */
export function titleTab(page?: string): void {
  document.title = page ? `${page} · ${brandName.value}` : brandName.value
}
