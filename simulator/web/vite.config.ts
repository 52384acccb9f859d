import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The simulator's server serves this page at / beside its own control doors.
const simulator = process.env.WEDEALER_SIMULATOR ?? 'http://127.0.0.1:8100'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@shared': at('../../web/shared'), '@miniprogram': at('../../miniprogram/src'), '@': at('./src') } },
  server: { proxy: { '/miniprogram': simulator, '/control': { target: simulator, ws: true } }, fs: { allow: [at('../..')] } },
  build: { target: 'es2022' },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
