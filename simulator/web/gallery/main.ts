/** Every owner screen with the numbers of the guided story, for looking at them: npm run gallery. Not in the build. */
import '@shared/tokens.css'
import '@shared/base.css'
import '@shared/theme'
import { setClock } from '@shared/clock'
import { createApp } from 'vue'
import Gallery from './Gallery.vue'

setClock('2026-11-23T10:26:00+08:00')
createApp(Gallery).mount('#app')
