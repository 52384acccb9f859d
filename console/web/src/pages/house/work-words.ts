/** 停住的工作 in words: what the work was, for somebody who does not read our code. */
const WORDS: Record<string, string> = {
  'appointments.end_unserved': '结束到店没接待的预约',
  'appointments.expire_unconfirmed': '释放没人确认的预约',
  'appointments.mark_no_shows': '标记爽约',
  'appointments.release_holds': '释放占着的时段',
  'appointments.remind': '提醒车主到店',
  'approvals.follow_up': '催办审批',
  'billing.auto_confirm_hand_overs': '到时自动确认交车',
  'bot.ask_about_unknown_members': '查通讯录里不认识的成员',
  'bot.handle_callback': '处理企业微信的通知',
  'bot.purge_inbox': '清理已处理的通知',
  'campaigns.advance': '推进群发任务',
  'campaigns.finish_due': '结束到期的群发计划',
  'campaigns.follow_lost_call': '查清没有回音的群发任务',
  'campaigns.start': '开始群发计划',
  'campaigns.start_due': '开始到点的群发计划',
  'campaigns.watch_running': '看停止线',
  'contact_ways.make': '生成联系我二维码',
  'coupons.expire': '卡券到期',
  'coupons.remind': '提醒卡券快到期',
  'customers.ask_for_corp_tags': '定时核对企业微信标签',
  'customers.read_contact': '读取企业微信客户资料',
  'customers.read_corp_tags': '读取企业微信标签',
  'dealerships.forget_ended_sessions': '清理已退出的登录',
  'dealerships.read_member': '读取通讯录成员',
  'foundation.forget_old': '清理过期记录',
  'media.take_over_earlier_files': '重写以前存的照片和视频',
  'messaging.deliver': '发送消息',
  'messaging.purge_pushes': '清理小程序推送记录',
  'messaging.refresh_pictures': '更新消息里的图片',
  'messaging.sweep': '找出没发出的消息',
  'messaging.update_card': '更新企业微信卡片',
  'owed.sweep': '找出到点要再试的工作',
  'payments.ask_about_open': '查询未完成的付款',
  'payments.carry_out_refund': '执行退款',
  'payments.handle_notice': '处理微信支付通知',
  'repair_orders.close_delivered': '关闭已交车的工单',
  'repair_orders.expire_additional_work': '增项过期',
  'repair_orders.warn_of_promises': '提醒快到交车时间',
  'surveys.expire': '回访问卷过期',
  'surveys.send': '发送回访问卷',
}

/** A kind that has no words yet keeps its technical name, so that it can be asked about. */
export const workWord = (name: string): string => WORDS[name] ?? `其他工作（${name}）`

/** What happens next without anybody's doing. */
export const nextWord = (hasNext: boolean): string => (hasNext ? '系统会再试' : '不会自己再试')
