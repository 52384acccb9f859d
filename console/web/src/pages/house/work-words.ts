/** 运维 in words: what the work was, what stops it and what to do, for somebody who does not read our code. */
const WORDS: Record<string, string> = {
  'appointments.end_unserved': '结束到店没接待的预约',
  'appointments.expire_unconfirmed': '释放没人确认的预约',
  'appointments.hold_parts_ahead': '为快到的预约留配件',
  'appointments.mark_no_shows': '标记爽约',
  'appointments.remind': '提醒车主到店',
  'approvals.follow_up': '催办审批',
  'audit.check': '核对审计记录是否完整',
  'authorised_persons.end_past': '结束到期的授权',
  'bill_disputes.remind': '催办账单异议',
  'bot.ask_about_unknown_members': '查通讯录里不认识的成员',
  'bot.handle_callback': '处理企业微信的通知',
  'bot.purge_inbox': '清理已处理的通知',
  'campaigns.advance': '推进群发任务',
  'campaigns.fall_due': '渠道发不到的人转下一个渠道',
  'campaigns.finish_due': '结束到期的群发计划',
  'campaigns.follow_lost_call': '查清没有回音的群发任务',
  'campaigns.send_sample': '把样张发给写的人',
  'campaigns.start': '开始群发计划',
  'campaigns.start_due': '开始到点的群发计划',
  'campaigns.watch_running': '看停止线',
  'moments.advance': '推进企业朋友圈',
  'standing_plans.run_due': '到点的定期计划',
  'waking.follow': '看唤醒的结果',
  'waking.notice': '提醒车主保养到期',
  'waking.recount': '每夜把车主归类，排下一种方式',
  'contact_ways.ask_for_quota': '定时核对获客额度和链接的好友',
  'contact_ways.make': '把渠道活码和获客链接的变动告诉企业微信',
  'contact_ways.move_on': '轮班的渠道活码换人',
  'contact_ways.read_link_friends': '读取从获客链接来的好友',
  'contact_ways.read_quota': '读取获客额度',
  'coupons.expire': '卡券到期',
  'coupons.remind': '提醒卡券快到期',
  'customers.ask_for_corp_tags': '定时核对企业微信标签',
  'customers.ask_for_friends': '定时核对企业微信好友',
  'customers.learn_who_has_friends': '查谁有企业微信好友',
  'customers.read_contact': '读取企业微信客户资料',
  'customers.read_corp_tags': '读取企业微信标签',
  'coupon_checks.look': '查不寻常的卡券',
  'coupons.give_after_visits': '到店后自动发券',
  'coupons.watch_budgets': '找出预算用完的卡券',
  'coupons.void_agreed': '作废同意作废的卡券',
  'customers.transfer_friends': '把企业微信好友转给同事',
  'customers.walk_friends': '核对一位同事的好友',
  'dealerships.ask_for_address_book': '定时读取通讯录',
  'dealerships.forget_ended_sessions': '清理已退出的登录',
  'dealerships.read_address_book': '读取通讯录',
  'dealerships.read_member': '读取通讯录成员',
  'documents.clear_old': '清理没人要的单据文件',
  'documents.make': '生成单据',
  'due_dates.recount': '重算保养、保险、年检日期',
  'due_dates.roll_on': '推算下一次年检',
  'exports.end_old': '删除过期的导出文件',
  'exports.make': '做导出文件',
  'foundation.forget_old': '清理过期记录',
  'imports.forget_files': '删除导入用过的文件',
  'imports.work': '导入数据',
  'invoicing.follow_order': '查电子发票开好没有',
  'invoicing.remind': '催办开票',
  'loan_cars.remind': '提醒快到期的代步车',
  'media.take_over_earlier_files': '重写以前存的照片和视频',
  'messaging.deliver': '发送消息',
  'messaging.purge_pushes': '清理小程序推送记录',
  'messaging.refresh_pictures': '更新消息里的图片',
  'messaging.review_sms_template': '短信模板送审',
  'messaging.sweep': '找出没发出的消息',
  'messaging.update_card': '更新企业微信卡片',
  'messaging.want_sms_templates': '查有没有要送审的短信模板',
  'monthly_accounts.close_months': '月结出账',
  'monthly_accounts.remind': '提醒逾期的月结',
  'owed.sweep': '找出到点要再试的工作',
  'payments.ask_about_open': '查询未完成的付款',
  'payments.carry_out_refund': '执行退款',
  'payments.follow_codes': '查付款码收款的结果',
  'payments.handle_notice': '处理微信支付通知',
  'privacy.clean': '清理过了保存期的资料',
  'privacy.erase_due': '删除车主要求删的资料',
  'privacy.remind_officers': '提醒快到期的个人信息请求',
  'promised_times.release_holds': '释放占着的时段',
  'receivables.remind': '提醒逾期的应收',
  'reconciliation.fetch': '取微信支付账单',
  'reconciliation.open_days': '新建要对账的一天',
  'repair_orders.auto_confirm_hand_overs': '到时自动确认交车',
  'repair_orders.close_delivered': '关闭已交车的工单',
  'repair_orders.count_three_guarantees': '计算三包计数',
  'repair_orders.expire_additional_work': '增项过期',
  'repair_orders.give_approved_discount': '执行同意了的优惠',
  'repair_orders.let_spending_age': '两年前的消费不再算进近两年',
  'repair_orders.move_promises': '顺延做不完的交车时间',
  'repair_orders.serve_freed_stock': '把空出来的件留给等着的车',
  'repair_orders.warn_of_promises': '提醒快到交车时间',
  'succession.work': '办离职交接',
  'surveys.escalate_complaints': '投诉一天没解决，告诉总经理',
  'surveys.expire': '回访问卷过期',
  'surveys.send': '发送回访问卷',
  'surveys.tell_of_late_complaints': '提醒超时的投诉',
  'tasks.keep': '收掉不用再做的任务',
  'tasks.open_due': '开到期的任务',
  'tasks.tell_lists': '早上发任务清单',
  'valet.tell_of_late': '提醒迟到、没办成的取送车',
  'webhooks.forget_old': '清理以前的推送记录',
  'webhooks.paused': '回调推送已暂停',
  'webhooks.send': '回调推送',
}

/** Kinds whose rows are told apart by their title. */
const TITLED: Record<string, string> = {
  'messaging.refused': '平台不收的消息',
  'messaging.sms_template_refused': '没通过审核的短信模板',
}

/** A kind that has no words yet keeps its technical name, so that it can be asked about. */
export const workWord = (name: string, title = ''): string =>
  name in TITLED ? `${TITLED[name]}：${title}` : (WORDS[name] ?? `其他工作（${name}）`)

/** What happens next without anybody's doing. */
export const nextWord = (hasNext: boolean): string => (hasNext ? '系统会再试' : '不会自己再试')

interface Cause {
  /** Of the error as the server names it: the class and the platform's code, or the channel and the code. */
  when: RegExp
  means: string
  what: string
}

const CAUSES: readonly Cause[] = [
  { when: /\b60020$/, means: '服务器的出口 IP 不在企业可信 IP 里', what: '到企业微信管理后台「应用管理 › 自建应用 › 企业可信IP」加上，再试' },
  { when: /\b40164$/, means: '服务器的出口 IP 不在小程序的白名单里', what: '到微信公众平台「开发管理 › 开发设置」加上，再试' },
  { when: /\b(40001|40013|40091|40125)$/, means: '密钥或企业ID不对', what: '运行 wedealer check 核对，改好后再试' },
  { when: /\b48002$/, means: '应用没有客户联系权限', what: '到企业微信「客户联系 › 可调用接口的应用」勾上，再试' },
  { when: /\b(40003|60111|81013)$/, means: '收件人不在应用的可见范围里', what: '在企业微信里放进可见范围再试；人已经离开的，不做了' },
  { when: /\b43101$/, means: '车主没有订阅这种通知', what: '再试也不收；要紧的会出现在「要打电话的人」，这里不做了' },
  { when: /\b(45009|45011|45033|-1)$/, means: '平台忙，或者今天的次数用完了', what: '不用管，系统会再试；一直这样就明天再试' },
  { when: /^(SMS|SmsError) (FIX_WORDS|REFUSED)$/, means: '短信的模板或签名没有通过', what: '到腾讯云「短信 › 国内短信」按审核意见改好，再试' },
  { when: /^(SMS|SmsError) OPERATOR$/, means: '短信账户欠费、没有权限，或密钥不对', what: '到腾讯云处理好，再试' },
  { when: /^KEEPS_FAILING$/, means: '对方的地址连着不应答', what: '请对方修好再试；不用了就不做了，推送记录里都还在' },
  { when: /^GONE$/, means: '对方说这个地址不再收了', what: '问对方要新地址，在「回调推送」里改' },
  { when: /Timeout|unreachable|broken|timeout|ConnectionError/, means: '平台没有回答', what: '看看服务器能不能上网；好了会自己接着做' },
  { when: /Refused$|NotFound$|NotAllowed$/, means: '规则不允许了，事情多半已经变了', what: '看一眼那件事，不用再做就不做了' },
]

/** What stops it, and what can be done. A fault of ours has no better advice than to be reported. */
export function causeOf(error: string): { means: string; what: string } {
  return CAUSES.find(({ when }) => when.test(error)) ?? { means: error ? '程序出错' : '没有记下原因', what: '再试一次；还不行，把错误名告诉技术支持' }
}
