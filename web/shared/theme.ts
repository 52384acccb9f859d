/** Light or dark: follows the system until the person chooses. */
import { ref } from 'vue'

export type Theme = 'light' | 'dark'
const KEY = 'wedealer.theme'

const system = window.matchMedia('(prefers-color-scheme: dark)')
const chosen = ref(localStorage.getItem(KEY) as Theme | null)

export const theme = ref<Theme>('light')

function apply(): void {
  theme.value = chosen.value ?? (system.matches ? 'dark' : 'light')
  document.documentElement.setAttribute('theme-mode', theme.value)
}

export function chooseTheme(value: Theme): void {
  chosen.value = value
  localStorage.setItem(KEY, value)
  apply()
}

system.addEventListener('change', apply)
apply()
