import '@shared/tokens.css'
import '@shared/base.css'
import '@shared/theme'
import { createApp } from 'vue'
import App from './App.vue'

createApp(App).mount('#app')
