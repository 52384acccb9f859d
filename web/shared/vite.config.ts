import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Nothing is built here: the console and the simulator build what they use. This runs the tests.
export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@shared': fileURLToPath(new URL('.', import.meta.url)) } },
  test: { environment: 'node', include: ['**/*.test.ts'] },
})
