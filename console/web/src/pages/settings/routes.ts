/** The pages under 设置; what the index says of them stands in `areas.ts`. */
import type { RouteRecordRaw } from 'vue-router'

export const settings: RouteRecordRaw[] = [
  { path: 'settings', name: 'settings', component: () => import('./SettingsPage.vue'), meta: { title: '设置', menu: 'settings' } },
  { path: 'settings/begin', name: 'begin', component: () => import('./begin/BeginPage.vue'), meta: { title: '开始使用', menu: 'settings' } },
  { path: 'settings/lists/:list', name: 'setting-list', component: () => import('./lists/SettingListPage.vue'), meta: { title: '设置', menu: 'settings' } },
  { path: 'settings/policies', name: 'policies', component: () => import('./policies/PoliciesPage.vue'), meta: { title: '规则参数', menu: 'settings' } },
]
