import { computed } from 'vue'
import { platform } from '@/platform'

/** Text follows the size the owner has chosen in WeChat, within what a page can hold. */
const MOST = 1.75
const LEAST = 0.9

export const look = computed(() => ({ '--o-scale': String(Math.min(MOST, Math.max(LEAST, platform.fontScale.value))) }))
