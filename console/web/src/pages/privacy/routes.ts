/** The pages under 隐私. */
import type { RouteRecordRaw } from 'vue-router'

export const privacy: RouteRecordRaw[] = [
  { path: 'privacy-requests', name: 'privacy-requests', component: () => import('./PrivacyRequestsPage.vue'), meta: { title: '个人信息请求', menu: 'privacy' } },
  { path: 'privacy-requests/:id', name: 'privacy-request', component: () => import('./PrivacyRequestPage.vue'), meta: { title: '个人信息请求', menu: 'privacy' } },
  { path: 'audit', name: 'audit', component: () => import('./AuditPage.vue'), meta: { title: '审计记录', menu: 'privacy' } },
  { path: 'retention', name: 'retention', component: () => import('./RetentionPage.vue'), meta: { title: '保存期限', menu: 'privacy' } },
  { path: 'consents', name: 'consents', component: () => import('./ConsentsPage.vue'), meta: { title: '同意说明', menu: 'privacy' } },
  { path: 'exports', name: 'exports', component: () => import('../exports/ExportsPage.vue'), meta: { title: '导出', menu: 'privacy' } },
]
