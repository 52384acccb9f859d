import { createSSRApp } from 'vue'
import App from './App.vue'

/** uni-app calls this once for each start; the name is its own. */
export function createApp() {
  return { app: createSSRApp(App) }
}
