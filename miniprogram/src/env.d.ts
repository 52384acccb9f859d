/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the dealer's server answers, `https://…` without a slash at the end; only the WeChat build needs it. */
  readonly VITE_API?: string
}
