/// <reference types="vite/client" />
declare module 'tdesign-vue-next/es/style/css.mjs'

/** swagger-ui-dist carries no types of its own. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export default function SwaggerUI(options: Record<string, unknown>): void
}
