/** The pages under 隐私. */
import type { RouteRecordRaw } from 'vue-router'

export const privacy: RouteRecordRaw[] = [
  { path: 'privacy-requests', name: 'privacy-requests', component: () => import('./PrivacyRequestsPage.vue'), meta: { title: '个人信息请求', menu: 'privacy' } },
  { path: 'privacy-requests/:id', name: 'privacy-request', component: () => import('./PrivacyRequestPage.vue'), meta: { title: '个人信息请求', menu: 'privacy' } },
]
