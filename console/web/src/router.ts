import { ApiError } from '@shared/http'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { onSessionEnd } from './api/client'
import { privacy } from './pages/privacy/routes'
import { settings } from './pages/settings/routes'
import { titleTab } from './session/brand'
import { homeOf } from './session/menu'
import { findSession } from './session/session'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Which menu item is lit. */
    menu?: string
    /** Without this right the page has nothing to show: whoever opens it is led to their own first page. */
    needs?: string
  }
}

const service = {
  today: () => import('./pages/service/today/TodayPage.vue'),
  calendar: () => import('./pages/service/appointments/CalendarPage.vue'),
  appointments: () => import('./pages/service/appointments/AppointmentsPage.vue'),
  newAppointment: () => import('./pages/service/appointments/NewAppointmentPage.vue'),
  phoneBooking: () => import('./pages/service/appointments/PhoneBookingPage.vue'),
  appointment: () => import('./pages/service/appointments/AppointmentPage.vue'),
  receive: () => import('./pages/service/reception/ReceivePage.vue'),
  walkIn: () => import('./pages/service/reception/WalkInPage.vue'),
  order: () => import('./pages/service/repair-order/RepairOrderPage.vue'),
  workshop: () => import('./pages/service/workshop/WorkshopPage.vue'),
  promises: () => import('./pages/service/workshop/promises/PromisesPage.vue'),
  myJobs: () => import('./pages/service/my-jobs/MyJobsPage.vue'),
  myPartAsks: () => import('./pages/service/my-jobs/MyPartAsksPage.vue'),
  valet: () => import('./pages/service/valet/ValetPage.vue'),
  loanCars: () => import('./pages/service/loan-cars/LoanCarsPage.vue'),
  myRuns: () => import('./pages/service/valet/MyRunsPage.vue'),
  quality: () => import('./pages/service/quality/QualityPage.vue'),
  parts: () => import('./pages/service/parts/PartsPage.vue'),
  purchases: () => import('./pages/service/parts/PurchasesPage.vue'),
  stockTakes: () => import('./pages/service/parts/StockTakesPage.vue'),
  stockTake: () => import('./pages/service/parts/StockTakePage.vue'),
  proposals: () => import('./pages/service/parts/ProposalsPage.vue'),
  transfers: () => import('./pages/service/parts/TransfersPage.vue'),
  newTransfer: () => import('./pages/service/parts/NewTransferPage.vue'),
  transfer: () => import('./pages/service/parts/TransferPage.vue'),
  newPurchase: () => import('./pages/service/parts/NewPurchasePage.vue'),
  purchase: () => import('./pages/service/parts/PurchasePage.vue'),
  cashier: () => import('./pages/service/cashier/CashierPage.vue'),
  scan: () => import('./pages/service/cashier/ScanCouponPage.vue'),
  invoiceRequests: () => import('./pages/service/cashier/InvoiceRequestsPage.vue'),
  invoiceRequest: () => import('./pages/service/cashier/InvoiceRequestPage.vue'),
  billDisputes: () => import('./pages/service/cashier/BillDisputesPage.vue'),
  billDispute: () => import('./pages/service/cashier/BillDisputePage.vue'),
  deposits: () => import('./pages/service/cashier/DepositsPage.vue'),
  deposit: () => import('./pages/service/cashier/DepositPage.vue'),
  monthlyAccounts: () => import('./pages/service/cashier/MonthlyAccountsPage.vue'),
  monthlyAccount: () => import('./pages/service/cashier/MonthlyAccountPage.vue'),
  receivables: () => import('./pages/service/cashier/ReceivablesPage.vue'),
  receivable: () => import('./pages/service/cashier/ReceivablePage.vue'),
  reconciliationDays: () => import('./pages/service/cashier/ReconciliationDaysPage.vue'),
  reconciliationDay: () => import('./pages/service/cashier/ReconciliationDayPage.vue'),
  cashierShifts: () => import('./pages/service/cashier/CashierShiftsPage.vue'),
  cashierShift: () => import('./pages/service/cashier/CashierShiftPage.vue'),
  deskRefunds: () => import('./pages/service/cashier/DeskRefundsPage.vue'),
  outside: () => import('./pages/service/cashier/OutsideMovementsPage.vue'),
}

const pages: RouteRecordRaw[] = [
  { path: 'today', name: 'today', component: service.today, meta: { title: '今日', menu: 'today', needs: 'repair_orders.read' } },
  { path: 'people-to-call', name: 'people-to-call', component: () => import('./pages/service/today/PeopleToCallPage.vue'), meta: { title: '要打电话的人', menu: 'today' } },
  { path: 'appointments', name: 'appointments', component: service.appointments, meta: { title: '全部预约', menu: 'today' } },
  { path: 'appointments/calendar', name: 'calendar', component: service.calendar, meta: { title: '预约日历', menu: 'today' } },
  { path: 'appointments/new', name: 'new-appointment', component: service.newAppointment, meta: { title: '新建预约', menu: 'today' } },
  { path: 'appointments/by-phone', name: 'phone-booking', component: service.phoneBooking, meta: { title: '电话预约', menu: 'today' } },
  { path: 'appointments/:id', name: 'appointment', component: service.appointment, meta: { title: '预约', menu: 'today' } },
  { path: 'appointments/:id/receive', name: 'receive', component: service.receive, meta: { title: '环车采集', menu: 'today' } },
  { path: 'repair-orders/new', name: 'walk-in', component: service.walkIn, meta: { title: '接车', menu: 'today' } },
  { path: 'repair-orders/:id', name: 'repair-order', component: service.order, meta: { title: '维修工单', menu: 'today' } },
  { path: 'repair-orders/:id/inspection', name: 'inspection', component: service.receive, meta: { title: '环车采集', menu: 'today' } },
  { path: 'additional-work/:id', name: 'additional-work', component: service.order, meta: { title: '增项', menu: 'today' } },
  { path: 'workshop', name: 'workshop', component: service.workshop, meta: { title: '车间看板', menu: 'workshop' } },
  { path: 'workshop/promises', name: 'promises', component: service.promises, meta: { title: '承诺风险', menu: 'workshop' } },
  { path: 'my-part-asks', name: 'my-part-asks', component: service.myPartAsks, meta: { title: '我的申领', menu: 'workshop' } },
  { path: 'my-jobs/:id?', name: 'my-jobs', component: service.myJobs, meta: { title: '我的工作', menu: 'workshop' } },
  { path: 'valet-runs', name: 'valet-runs', component: service.valet, meta: { title: '取送车', menu: 'today' } },
  { path: 'loan-cars', name: 'loan-cars', component: service.loanCars, meta: { title: '代步车', menu: 'today' } },
  { path: 'my-valet-runs', name: 'my-valet-runs', component: service.myRuns, meta: { title: '我的取送', menu: 'valet' } },
  { path: 'quality', name: 'quality', component: service.quality, meta: { title: '质检', menu: 'workshop' } },
  { path: 'parts/picks/:id?', name: 'parts', component: service.parts, meta: { title: '配件', menu: 'parts' } },
  { path: 'parts/purchases', name: 'purchases', component: service.purchases, meta: { title: '采购', menu: 'parts' } },
  { path: 'parts/transfers', name: 'part-transfers', component: service.transfers, meta: { title: '调拨', menu: 'parts' } },
  { path: 'parts/transfers/new', name: 'new-part-transfer', component: service.newTransfer, meta: { title: '请调配件', menu: 'parts' } },
  { path: 'parts/transfers/:id(\\d+)', name: 'part-transfer', component: service.transfer, meta: { title: '调拨单', menu: 'parts' } },
  { path: 'parts/stock-takes', name: 'stock-takes', component: service.stockTakes, meta: { title: '盘点', menu: 'parts' } },
  { path: 'parts/stock-takes/:id(\\d+)', name: 'stock-take', component: service.stockTake, meta: { title: '盘点单', menu: 'parts' } },
  { path: 'parts/proposals', name: 'purchase-proposals', component: service.proposals, meta: { title: '补货建议', menu: 'parts' } },
  { path: 'parts/purchases/new', name: 'new-purchase', component: service.newPurchase, meta: { title: '新采购单', menu: 'parts' } },
  { path: 'parts/purchases/:id(\\d+)', name: 'purchase', component: service.purchase, meta: { title: '采购单', menu: 'parts' } },
  { path: 'cashier', name: 'cashier', component: service.cashier, meta: { title: '收银', menu: 'cashier' } },
  { path: 'search', name: 'search', component: () => import('./pages/SearchPage.vue'), meta: { title: '搜索' } },
  { path: 'coupon-scan', name: 'coupon-scan', component: service.scan, meta: { title: '扫码', menu: 'cashier' } },
  { path: 'invoice-requests', name: 'invoice-requests', component: service.invoiceRequests, meta: { title: '开票申请', menu: 'cashier' } },
  { path: 'invoice-requests/:id', name: 'invoice-request', component: service.invoiceRequest, meta: { title: '开票申请', menu: 'cashier' } },
  { path: 'bill-disputes', name: 'bill-disputes', component: service.billDisputes, meta: { title: '账单异议', menu: 'cashier' } },
  { path: 'bill-disputes/:id', name: 'bill-dispute', component: service.billDispute, meta: { title: '账单异议', menu: 'cashier' } },
  { path: 'deposits', name: 'deposits', component: service.deposits, meta: { title: '预存款', menu: 'cashier' } },
  { path: 'deposits/:id', name: 'deposit', component: service.deposit, meta: { title: '预存款', menu: 'cashier' } },
  { path: 'monthly-accounts', name: 'monthly-accounts', component: service.monthlyAccounts, meta: { title: '月结', menu: 'cashier' } },
  { path: 'monthly-accounts/:id', name: 'monthly-account', component: service.monthlyAccount, meta: { title: '月结', menu: 'cashier' } },
  { path: 'receivables', name: 'receivables', component: service.receivables, meta: { title: '应收', menu: 'cashier' } },
  { path: 'receivables/:id', name: 'receivable', component: service.receivable, meta: { title: '应收', menu: 'cashier' } },
  { path: 'reconciliation-days', name: 'reconciliation-days', component: service.reconciliationDays, meta: { title: '对账', menu: 'cashier' } },
  { path: 'reconciliation-days/:id', name: 'reconciliation-day', component: service.reconciliationDay, meta: { title: '对账', menu: 'cashier' } },
  { path: 'cashier-shifts', name: 'cashier-shifts', component: service.cashierShifts, meta: { title: '收银班次', menu: 'cashier' } },
  { path: 'cashier-shifts/:id', name: 'cashier-shift', component: service.cashierShift, meta: { title: '收银班次', menu: 'cashier' } },
  { path: 'desk-refunds', name: 'desk-refunds', component: service.deskRefunds, meta: { title: '退款', menu: 'cashier' } },
  { path: 'outside-movements/:id?', name: 'outside-movements', component: service.outside, meta: { title: '平台资金变动', menu: 'cashier' } },
  { path: 'customers', name: 'customers', component: () => import('./pages/customers/CustomersPage.vue'), meta: { title: '客户', menu: 'customers' } },
  { path: 'customers/leavers', name: 'leavers', component: () => import('./pages/customers/LeaversPage.vue'), meta: { title: '离职遗留', menu: 'customers' } },
  { path: 'stock-cars', name: 'stock-cars', component: () => import('./pages/customers/StockCarsPage.vue'), meta: { title: '库存车', menu: 'customers' } },
  { path: 'customers/new', name: 'new-customer', component: () => import('./pages/customers/NewCustomerPage.vue'), meta: { title: '新客户、新车', menu: 'customers' } },
  { path: 'vehicles/:id', name: 'car', component: () => import('./pages/customers/CarPage.vue'), meta: { title: '车', menu: 'customers' } },
  { path: 'customers/:id', name: 'customer', component: () => import('./pages/customers/CustomerPage.vue'), meta: { title: '客户', menu: 'customers' } },
  { path: 'tasks/sheets', name: 'call-sheets', component: () => import('./pages/tasks/CallSheetsPage.vue'), meta: { title: '招徕任务', menu: 'tasks' } },
  { path: 'tasks/sheets/:id(\\d+)', name: 'call-sheet', component: () => import('./pages/tasks/CallSheetPage.vue'), meta: { title: '招徕任务', menu: 'tasks' } },
  { path: 'tasks', name: 'tasks', component: () => import('./pages/tasks/TasksPage.vue'), meta: { title: '任务', menu: 'tasks' } },
  { path: 'reach-growth', name: 'reach-growth', component: () => import('./pages/tasks/ReachGrowthPage.vue'), meta: { title: '触达增长', menu: 'tasks' } },
  { path: 'complaints', name: 'complaints', component: () => import('./pages/tasks/ComplaintsPage.vue'), meta: { title: '投诉', menu: 'tasks' } },
  { path: 'complaints/new', name: 'new-complaint', component: () => import('./pages/tasks/NewComplaintPage.vue'), meta: { title: '登记投诉', menu: 'tasks' } },
  { path: 'my-feedback', name: 'my-feedback', component: () => import('./pages/tasks/MyFeedbackPage.vue'), meta: { title: '车主评价', menu: 'tasks' } },
  { path: 'complaints/:id', name: 'complaint', component: () => import('./pages/tasks/ComplaintPage.vue'), meta: { title: '投诉', menu: 'tasks' } },
  { path: 'marketing/segments', name: 'segments', component: () => import('./pages/marketing/segments/SegmentsPage.vue'), meta: { title: '分群', menu: 'marketing' } },
  { path: 'marketing/segments/:id', name: 'segment', component: () => import('./pages/marketing/segments/SegmentPage.vue'), meta: { title: '分群', menu: 'marketing' } },
  { path: 'marketing/tags', name: 'tags', component: () => import('./pages/marketing/tags/TagsPage.vue'), meta: { title: '标签', menu: 'marketing' } },
  { path: 'marketing/waking', name: 'waking', component: () => import('./pages/marketing/waking/WakingPage.vue'), meta: { title: '唤醒池', menu: 'marketing' } },
  { path: 'marketing/loop', name: 'waking-loop', component: () => import('./pages/marketing/waking/loop/LoopPage.vue'), meta: { title: '唤醒循环', menu: 'marketing' } },
  { path: 'marketing/coupons', name: 'coupon-templates', component: () => import('./pages/marketing/coupons/CouponTemplatesPage.vue'), meta: { title: '卡券模板', menu: 'marketing' } },
  { path: 'marketing/coupon-list', name: 'coupons', component: () => import('./pages/marketing/coupons/CouponsPage.vue'), meta: { title: '卡券明细', menu: 'marketing' } },
  { path: 'marketing/coupon-statement', name: 'coupon-statement', component: () => import('./pages/marketing/coupons/StatementPage.vue'), meta: { title: '卡券报表', menu: 'marketing' } },
  { path: 'marketing/coupon-risks', name: 'coupon-risks', component: () => import('./pages/marketing/coupons/RisksPage.vue'), meta: { title: '卡券风险', menu: 'marketing' } },
  { path: 'marketing/plans/:rest(.*)*', redirect: (to) => to.path.replace('/plans', '/broadcasts') },
  { path: 'marketing/contact-ways', name: 'contact-ways', component: () => import('./pages/marketing/contact-ways/ContactWaysPage.vue'), meta: { title: '渠道活码', menu: 'marketing' } },
  { path: 'marketing/contact-way-people', name: 'contact-way-people', component: () => import('./pages/marketing/contact-ways/ContactWayPeoplePage.vue'), meta: { title: '渠道来的人', menu: 'marketing' } },
  { path: 'marketing/contents', name: 'campaign-contents', component: () => import('./pages/marketing/contents/LibraryPage.vue'), meta: { title: '内容库', menu: 'marketing' } },
  { path: 'marketing/customer-groups', name: 'customer-groups', component: () => import('./pages/marketing/customer-groups/CustomerGroupsPage.vue'), meta: { title: '客户群', menu: 'marketing' } },
  { path: 'marketing/moments', name: 'moments', component: () => import('./pages/marketing/moments/MomentsPage.vue'), meta: { title: '企业朋友圈', menu: 'marketing' } },
  { path: 'marketing/group-posts', name: 'group-posts', component: () => import('./pages/marketing/group-posts/GroupPostsPage.vue'), meta: { title: '客户群群发', menu: 'marketing' } },
  { path: 'marketing/group-posts/:id', name: 'group-post', component: () => import('./pages/marketing/group-posts/GroupPostPage.vue'), meta: { title: '客户群群发', menu: 'marketing' } },
  { path: 'marketing/moments/:id', name: 'moment', component: () => import('./pages/marketing/moments/MomentPage.vue'), meta: { title: '企业朋友圈', menu: 'marketing' } },
  { path: 'marketing/standing-plans', name: 'standing-plans', component: () => import('./pages/marketing/standing-plans/StandingPlansPage.vue'), meta: { title: '定期计划', menu: 'marketing' } },
  { path: 'marketing/standing-plans/:id', name: 'standing-plan', component: () => import('./pages/marketing/standing-plans/StandingPlanPage.vue'), meta: { title: '定期计划', menu: 'marketing' } },
  { path: 'marketing/broadcasts', name: 'broadcasts', component: () => import('./pages/marketing/broadcasts/BroadcastsPage.vue'), meta: { title: '群发计划', menu: 'marketing' } },
  { path: 'marketing/portfolio', name: 'broadcast-portfolio', component: () => import('./pages/marketing/broadcasts/PortfolioPage.vue'), meta: { title: '活动总览', menu: 'marketing' } },
  { path: 'marketing/broadcasts/:id', name: 'broadcast', component: () => import('./pages/marketing/broadcasts/BroadcastPage.vue'), meta: { title: '群发计划', menu: 'marketing' } },
  { path: 'marketing/broadcasts/:id/confirmations', name: 'confirmations', component: () => import('./pages/marketing/broadcasts/ConfirmationsPage.vue'), meta: { title: '群发确认', menu: 'marketing' } },
  { path: 'marketing/broadcasts/:id/result', name: 'result', component: () => import('./pages/marketing/broadcasts/ResultPage.vue'), meta: { title: '效果', menu: 'marketing' } },
  { path: 'group-post-tasks/:id', name: 'group-post-task', component: () => import('./pages/tasks/GroupPostTaskPage.vue'), meta: { title: '请发客户群', menu: 'tasks' } },
  { path: 'moment-parts/:id', name: 'moment-part', component: () => import('./pages/tasks/MomentPartPage.vue'), meta: { title: '请发朋友圈', menu: 'tasks' } },
  { path: 'send-tasks/:id', name: 'send-task', component: () => import('./pages/tasks/SendTaskPage.vue'), meta: { title: '请确认群发', menu: 'tasks' } },
  { path: 'imports', name: 'imports', component: () => import('./pages/imports/ImportsPage.vue'), meta: { title: '数据导入', menu: 'imports' } },
  { path: 'imports/prepare', name: 'prepare-import', component: () => import('./pages/imports/PreparePage.vue'), meta: { title: '怎么准备文件', menu: 'imports' } },
  { path: 'imports/:id', name: 'import', component: () => import('./pages/imports/ImportPage.vue'), meta: { title: '数据导入', menu: 'imports' } },
  { path: 'reports', name: 'reports', component: () => import('./pages/reports/ReportsPage.vue'), meta: { title: '经营指标', menu: 'reports' } },
  { path: 'reports/rows', name: 'report-rows', component: () => import('./pages/reports/ReportRowsPage.vue'), meta: { title: '经营指标明细', menu: 'reports' } },
  { path: 'parked-work', name: 'parked-work', component: () => import('./pages/house/ParkedWorkPage.vue'), meta: { title: '运维', menu: 'parked-work' } },
  ...privacy,
  ...settings,
  { path: 'approvals/:id?', name: 'approvals', component: () => import('./pages/approvals/ApprovalsPage.vue'), meta: { title: '审批' } },
]

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    // A screen on the wall: nobody is signed in there.
    { path: '/wall/:token', name: 'wall', component: () => import('./pages/service/workshop/wall/WallPage.vue'), meta: { title: '车间大屏' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: '选择身份' } },
    {
      path: '/',
      component: () => import('./layout/ConsoleLayout.vue'),
      children: [{ path: '', name: 'home', redirect: '/today' }, ...pages],
    },
    { path: '/:anything(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: '没找到这一页' } },
  ],
})

router.beforeEach(async (to) => {
  if (to.name === 'sign-in' || to.name === 'wall') return true
  let hasEnded = false
  const session = await findSession().catch((reason: unknown) => {
    hasEnded = reason instanceof ApiError && reason.status === 401
    return null
  })
  if (!session) return { name: 'sign-in', query: { next: to.fullPath, ended: hasEnded ? '1' : undefined } }
  const isShut = to.meta.needs !== undefined && !session.actions.includes(to.meta.needs)
  if (to.redirectedFrom?.name !== 'home' && !isShut) return true
  const home = homeOf(session, session.is_fresh)
  return home === to.path || home
})

router.afterEach((to) => titleTab(to.meta.title))

onSessionEnd(() => {
  const here = router.currentRoute.value
  // While the first page is still being looked up, `beforeEach` itself leads to the sign-in page.
  if (here.name && here.name !== 'sign-in') void router.push({ name: 'sign-in', query: { next: here.fullPath, ended: '1' } })
})
