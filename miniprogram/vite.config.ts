import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import uniModule from '@dcloudio/vite-plugin-uni'
import { defineConfig, type Plugin } from 'vite'

// The plugin is CommonJS: under an ES module its function is one level deeper.
const uni = (uniModule as unknown as { default: typeof uniModule }).default ?? uniModule
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const shared = at('../web/shared')
const isMp = process.env.UNI_PLATFORM === 'mp-weixin'
// Without its server's address a build would look fine but reach no server.
if (isMp && !/^https?:\/\/\S*[^/\s]$/.test(process.env.VITE_API ?? '')) {
  throw new Error('VITE_API: where the server answers, such as https://service.example.cn, without a slash at the end')
}

/**
 * The console's tokens as a mini-program can read them, written where the style sheets import them from: WeChat knows
 * `page` instead of `:root`, follows the system's theme, and has no `rgb(0 0 0 / 5%)`. What maps them to the console's
 * component library stays away.
 */
function tokens(): string {
  const source = readFileSync(`${shared}/tokens.css`, 'utf8')
  const block = (selector: string) => {
    const start = source.indexOf('{', source.indexOf(selector)) + 1
    return source
      .slice(start, source.indexOf('}', start))
      .replace(/rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)/g, (_, r, g, b, a) => `rgba(${r}, ${g}, ${b}, ${Number(a) / 100})`)
  }
  const [light, dark] = [block(':root {'), block(':root[theme-mode="dark"] {')]
  const folder = at('./node_modules/.wedealer')
  const target = `${folder}/tokens-${isMp ? 'weixin' : 'h5'}.css`
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    target,
    isMp ? `page {${light}}\n@media (prefers-color-scheme: dark) { page {${dark}} }\n` : `:root {${light}}\n:root[theme-mode='dark'] {${dark}}\n`,
  )
  return target
}

/**
 * The tool brings things of its maker's servers along: pictures in the browser's style sheet, one more that WeChat shall
 * load at each start. Who opens the mini-program asks our server and nobody else.
 */
function nothingFromElsewhere(): Plugin {
  return {
    name: 'nothing-from-elsewhere',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') file.code = file.code.replace(/\bwx\.preloadAssets\b/g, 'undefined')
        else if (file.fileName.endsWith('.css')) file.source = String(file.source).replace(/url\((['"]?)https?:[^)]*\)/g, 'none')
      }
    },
  }
}

/** WeChat's screen reader knows the roles of the web under a name of its own. */
function rolesOfWeChat(): Plugin {
  return {
    name: 'roles-of-wechat',
    enforce: 'pre',
    transform: (code, id) => (isMp && id.endsWith('.vue') ? code.replace(/(\s:?)role="/g, '$1aria-role="') : undefined),
  }
}

export default defineConfig({
  base: './',
  plugins: [rolesOfWeChat(), uni(), nothingFromElsewhere()],
  resolve: {
    alias: [
      { find: '@shared', replacement: shared },
      { find: '@tokens.css', replacement: tokens() },
      { find: /^@host(?=\/|$)/, replacement: at(isMp ? './src/platform/weixin' : './src/platform/host') },
    ],
  },
  server: { fs: { allow: [at('..')] } },
  build: { target: isMp ? 'es2018' : 'es2020' },
})
