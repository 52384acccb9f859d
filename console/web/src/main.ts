import 'tdesign-vue-next/es/style/css.mjs'
import '@shared/tokens.css'
import '@shared/base.css'
import '@shared/theme'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'

/** After an upgrade a page that was open asks for parts that are gone: it is loaded anew, once, and then the fault is shown. */
const RELOADED = 'wd-reloaded-for-parts'
window.addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < 60_000) return
  sessionStorage.setItem(RELOADED, String(Date.now()))
  event.preventDefault()
  location.reload()
})

createApp(App).use(router).mount('#app')
