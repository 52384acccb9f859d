import 'tdesign-vue-next/es/style/css.mjs'
import '@shared/tokens.css'
import '@shared/base.css'
import '@shared/theme'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'

createApp(App).use(router).mount('#app')
