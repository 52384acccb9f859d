import 'tdesign-vue-next/es/style/css.mjs'
import '@shared/tokens.css'
import '@shared/base.css'
import '@shared/theme'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'

/** After an upgrade an open page may ask for parts that no longer exist: it reloads once; a second failure is shown. */
const RELOADED = 'wd-reloaded-for-parts'
window.addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < 60_000) return
  sessionStorage.setItem(RELOADED, String(Date.now()))
  event.preventDefault()
  location.reload()
})

createApp(App).use(router).mount('#app')
