/** The pages under 设置; what the index says of them stands in `areas.ts`. */
import type { RouteRecordRaw } from 'vue-router'

export const settings: RouteRecordRaw[] = [
  { path: 'settings', name: 'settings', component: () => import('./SettingsPage.vue'), meta: { title: '设置', menu: 'settings' } },
  { path: 'settings/begin', name: 'begin', component: () => import('./begin/BeginPage.vue'), meta: { title: '开始使用', menu: 'settings' } },
  { path: 'settings/lists/:list', name: 'setting-list', component: () => import('./lists/SettingListPage.vue'), meta: { title: '设置', menu: 'settings' } },
  { path: 'settings/api-keys', name: 'api-keys', component: () => import('./partners/ApiKeysPage.vue'), meta: { title: '开放接口', menu: 'settings' } },
  { path: 'settings/webhooks', name: 'webhooks', component: () => import('./partners/WebhooksPage.vue'), meta: { title: '回调推送', menu: 'settings' } },
  { path: 'settings/webhooks/:id', name: 'webhook', component: () => import('./partners/WebhookPage.vue'), meta: { title: '推送记录', menu: 'settings' } },
  { path: 'settings/policies', name: 'policies', component: () => import('./policies/PoliciesPage.vue'), meta: { title: '规则参数', menu: 'settings' } },
  { path: 'settings/wordings', name: 'wordings', component: () => import('./wordings/WordingsPage.vue'), meta: { title: '通知文案', menu: 'settings' } },
  { path: 'settings/address-book', name: 'address-book', component: () => import('./people/AddressBookPage.vue'), meta: { title: '通讯录', menu: 'settings' } },
  { path: 'settings/members', name: 'members', component: () => import('./people/MembersPage.vue'), meta: { title: '员工与角色', menu: 'settings' } },
  { path: 'settings/members/:id(\\d+)', name: 'member', component: () => import('./people/MemberPage.vue'), meta: { title: '员工', menu: 'settings' } },
  { path: 'settings/rights', name: 'rights', component: () => import('./people/RightsPage.vue'), meta: { title: '权限表', menu: 'settings' } },
  { path: 'settings/deputies', name: 'deputies', component: () => import('./people/DeputiesPage.vue'), meta: { title: '代理人', menu: 'settings' } },
  { path: 'settings/friends', name: 'friends', component: () => import('./people/FriendsPage.vue'), meta: { title: '好友核对', menu: 'settings' } },
  { path: 'settings/successions', name: 'successions', component: () => import('./people/SuccessionsPage.vue'), meta: { title: '离职交接', menu: 'settings' } },
  { path: 'settings/successions/:id(\\d+)', name: 'succession', component: () => import('./people/SuccessionPage.vue'), meta: { title: '交接', menu: 'settings' } },
]
