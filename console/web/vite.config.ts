import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The server serves this app under /console/; in development its API is reached through the proxy.
const api = process.env.WEDEALER_WEB ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/console/',
  plugins: [vue()],
  resolve: { alias: { '@shared': at('../../web/shared'), '@': at('./src') }, dedupe: ['vue', 'vue-router'] },
  server: { proxy: { '/api': api, '/media': api }, fs: { allow: [at('../..')] } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Which file belongs to which page: what the check of sizes reads.
    manifest: true,
    // Only the API page is larger than this: swagger-ui is one bundle.
    chunkSizeWarningLimit: 1600,
    rollupOptions: { input: [at('./index.html'), at('./docs.html')] },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
