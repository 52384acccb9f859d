/// <reference types="vite/client" />
declare module 'tdesign-vue-next/es/style/css.mjs'
