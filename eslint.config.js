// What Vue's templates may say. Everything else of the scripts is for oxlint (.oxlintrc.json), which is faster and knows
// the imports; the types are for vue-tsc.
import parser from '@typescript-eslint/parser'
import vue from 'eslint-plugin-vue'

const LAYOUT = [
  'attributes-order', 'html-indent', 'html-self-closing', 'max-attributes-per-line',
  'multiline-html-element-content-newline', 'singleline-html-element-content-newline',
]

export default [
  { ignores: ['**/dist/**'] },
  ...vue.configs['flat/recommended-error'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser } } },
  {
    rules: {
      ...Object.fromEntries(LAYOUT.map((name) => [`vue/${name}`, 'off'])),
      // `Loaded` and `Moment` are words of the house; no element of HTML is called so.
      'vue/multi-word-component-names': 'off',
      'vue/eqeqeq': ['error', 'always', { null: 'ignore' }],
      'vue/html-button-has-type': 'error',
      'vue/no-undef-components': ['error', { ignorePatterns: ['router-.*', 'Router.*'] }],
      'vue/no-unused-emit-declarations': 'error',
      'vue/no-unused-properties': 'error',
      'vue/no-unused-refs': 'error',
      'vue/no-useless-mustaches': 'error',
      'vue/no-useless-v-bind': 'error',
      // A composable's state is handed down whole (`of`), and its fields are there to be typed into.
      'vue/no-mutating-props': ['error', { shallowOnly: true }],
      'vue/no-empty-component-block': 'error',
      'vue/padding-line-between-blocks': 'error',
    },
  },
  // A mini-program has elements of its own, and its buttons have no type.
  {
    files: ['miniprogram/**/*.vue'],
    rules: { 'vue/html-button-has-type': 'off', 'vue/no-undef-components': ['error', { ignorePatterns: ['picker', 'scroll-view'] }] },
  },
]
