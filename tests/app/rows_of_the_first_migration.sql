-- A few rows of every table the seed fills, as the first migration made the tables. Never changed; a step that
-- cannot move them on is wrong.

INSERT INTO audit_entry (id, at, actor, action, subject, reason, details, previous_hash, hash) VALUES
    ('11', '2026-11-21 01:23:00.127739+00', 'staff:130', 'repair_orders.void', 'repair_order:120', '重复开单', '{}', '34e5f3e2451f858a8be055db04336194e83a2d99821a19d5f3b53a7326bf2892', 'ad2f9c9bff8184a358573c562c22295b8b6e537ca4cf27979cabe5abe7e45af1'),
    ('12', '2026-11-21 01:23:00.114576+00', 'staff:64', 'repair_orders.void', 'repair_order:119', '重复开单', '{}', 'ad2f9c9bff8184a358573c562c22295b8b6e537ca4cf27979cabe5abe7e45af1', 'd8cb35cf3349603cc930499b314443e6b2a4f655346745b5fa7c3f0645c97c53');

INSERT INTO clock_offset (id, offset_seconds) VALUES
    ('1', '-429925.408345');

INSERT INTO data_origin (id, kind) VALUES
    ('1', 'demo');

INSERT INTO event (id, name, at, actor, customer_id, store_id, subject, sentence, payload) VALUES
    ('2865', 'coupon.expired', '2026-11-21 02:05:00.498965+00', 'system:coupon_expired', '3713', NULL, 'coupon:67', '卡券「生日免费洗车」已过期', '{"coupon_id": 67, "coupon_name": "生日免费洗车", "template_id": 5, "campaign_token": ""}'),
    ('2866', 'coupon.expired', '2026-11-21 02:05:00.507603+00', 'system:coupon_expired', '1340', NULL, 'coupon:68', '卡券「生日免费洗车」已过期', '{"coupon_id": 68, "coupon_name": "生日免费洗车", "template_id": 5, "campaign_token": ""}');

INSERT INTO part (id, number, name) VALUES
    ('10', 'OIL-KIT', '小保养'),
    ('9', 'EV-KIT', '常规检查养护');

INSERT INTO region (id, name) VALUES
    ('1', '华南区'),
    ('2', '华中区');

INSERT INTO service_item (id, code, name, minutes, bay_kind, is_maintenance, is_bookable, needs_road_test, part_number, is_real_work) VALUES
    ('1', 'MAINT-S', '小保养', '60', 'QUICK', 'true', 'true', 'false', 'OIL-KIT', 'true'),
    ('12', 'AC-CLEAN', '空调清洗', '40', 'QUICK', 'false', 'true', 'false', 'AC-CLEAN', 'true'),
    ('13', 'CHECK-32', '32 项检测', '30', 'QUICK', 'false', 'true', 'false', '', 'true'),
    ('14', 'PAINT', '单面喷漆', '240', 'BODY', 'false', 'true', 'false', '', 'true'),
    ('15', 'WASH', '洗车', '30', 'QUICK', 'false', 'true', 'false', '', 'false'),
    ('2', 'MAINT-L', '大保养', '120', 'GENERAL', 'true', 'true', 'false', 'OIL-KIT', 'true'),
    ('5', 'PAD-F', '前刹车片', '75', 'QUICK', 'false', 'true', 'true', 'PAD-F', 'true'),
    ('8', 'TYRE', '更换轮胎', '30', 'QUICK', 'false', 'true', 'false', 'TYRE', 'true'),
    ('9', 'FILTER-C', '空调滤芯', '15', 'QUICK', 'false', 'true', 'false', 'FILTER-C', 'true');

INSERT INTO item_price (id, series, labour_centihours, parts_fen, item_id) VALUES
    ('20', '', '250', '30000', '14'),
    ('21', '', '20', '0', '15');

INSERT INTO store (id, code, name, short_name, city, opens_minute, closes_minute, last_slot_minute, labour_rate_fen, body_rate_fen, ev_rate_fen, confirms_automatically, phone, address, is_live, region_id) VALUES
    ('1', 'S01', '云帆深圳南山店', '深圳南山店', '深圳', '510', '1080', '1050', '24000', '28000', '32000', 'false', '400-800-0100', '深圳市汽车大道 18 号', 'true', '1'),
    ('19', 'A16', '广州已并店 16', '已并店16', '广州', '510', '1080', '1050', '24000', '28000', '32000', 'false', '', '', 'false', '1'),
    ('2', 'S02', '云帆广州天河店', '广州天河店', '广州', '510', '1080', '1050', '24000', '28000', '32000', 'false', '400-800-0200', '广州市汽车大道 28 号', 'true', '1'),
    ('20', 'A17', '长沙已并店 17', '已并店17', '长沙', '510', '1080', '1050', '24000', '28000', '32000', 'false', '', '', 'false', '2'),
    ('3', 'S03', '云帆长沙岳麓店', '长沙岳麓店', '长沙', '540', '1050', '1020', '24000', '28000', '32000', 'false', '400-800-0300', '长沙市汽车大道 38 号', 'true', '2');

INSERT INTO bay (id, name, kind, is_active, store_id) VALUES
    ('1', '快保1', 'QUICK', 'true', '1'),
    ('13', '新能源2', 'EV', 'true', '1'),
    ('20', '机电1', 'GENERAL', 'true', '2'),
    ('22', '机电3', 'GENERAL', 'true', '2'),
    ('23', '机电4', 'GENERAL', 'true', '2'),
    ('3', '快保3', 'QUICK', 'true', '1'),
    ('33', '机电1', 'GENERAL', 'true', '3'),
    ('34', '机电2', 'GENERAL', 'true', '3'),
    ('39', '钣喷1', 'BODY', 'true', '3'),
    ('4', '机电1', 'GENERAL', 'true', '1'),
    ('40', '钣喷2', 'BODY', 'true', '3'),
    ('7', '机电4', 'GENERAL', 'true', '1'),
    ('9', '机电6', 'GENERAL', 'true', '1');

INSERT INTO part_stock (id, store_id, on_hand, reserved, part_id) VALUES
    ('29', '2', '26', '1', '10'),
    ('30', '3', '28', '1', '10');

INSERT INTO staff (id, userid, name, title, skills, is_active, store_id, directory_at) VALUES
    ('1', 'wangfang', '王芳', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('105', 's02.sa1', '汤凯', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '2', NULL),
    ('107', 's02.sa3', '姜波', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '2', NULL),
    ('108', 's02.sa4', '冯燕建', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '2', NULL),
    ('109', 's02.sa5', '顾晨', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '2', NULL),
    ('110', 's02.sa6', '何俊远', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '2', NULL),
    ('111', 's02.tec1', '刘丽军', '技师，施工、拍照、报增项', '["QUICK", "GENERAL", "EV"]', 'true', '2', NULL),
    ('113', 's02.tec3', '任秀', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '2', NULL),
    ('114', 's02.tec4', '徐海波', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '2', NULL),
    ('127', 's02.gm1', '谭泽', '店总，审批活动和折扣', '[]', 'true', '2', NULL),
    ('133', 's02.qc1', '贺欣轩', '质检员', '[]', 'true', '2', NULL),
    ('139', 's02.csh2', '常鑫强', '收银员', '[]', 'true', '2', NULL),
    ('14', 's01.sc14', '陶勇明', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('142', 's02.crc3', '韦强', '客服专员，回访和招徕', '[]', 'true', '2', NULL),
    ('143', 's02.mkt1', '陆刚敏', '市场专员，分群、卡券、群发', '[]', 'true', '2', NULL),
    ('144', 's02.mkt2', '胡泽燕', '市场专员，分群、卡券、群发', '[]', 'true', '2', NULL),
    ('146', 's03.sc1', '曾磊红', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('148', 's03.sc3', '尹建俊', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('149', 's03.sc4', '马文', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('15', 's01.sc15', '陶辉晨', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('150', 's03.sc5', '徐勇宇', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('152', 's03.sc7', '袁辉', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('155', 's03.sc10', '高静轩', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('157', 's03.sc12', '沈文波', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('16', 's01.sc16', '赵涛', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('160', 's03.sc15', '常晨', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('162', 's03.sc17', '江建燕', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('163', 's03.sc18', '钟刚强', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('164', 's03.sc19', '万燕文', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('165', 's03.sc20', '陈志超', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '3', NULL),
    ('170', 's03.sa1', '买买欣·勇霞', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '3', NULL),
    ('171', 's03.sa2', '孙涛', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '3', NULL),
    ('172', 's03.sa3', '郭雪', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '3', NULL),
    ('173', 's03.sa4', '付欣梓', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '3', NULL),
    ('174', 's03.sa5', '汪宇杰', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '3', NULL),
    ('175', 's03.tec1', '林嘉子', '技师，施工、拍照、报增项', '["QUICK", "GENERAL", "EV"]', 'true', '3', NULL),
    ('177', 's03.tec3', '尹凯', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '3', NULL),
    ('18', 's01.sc18', '邓雪怡', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('186', 's03.tec12', '龚涵平', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '3', NULL),
    ('187', 's03.gm1', '韦嘉俊', '店总，审批活动和折扣', '[]', 'true', '3', NULL),
    ('190', 's03.svm1', '刘娜敏', '服务经理，善意和投诉', '[]', 'true', '3', NULL),
    ('198', 's03.csh1', '覃兰梓', '收银员', '[]', 'true', '3', NULL),
    ('199', 's03.csh2', '邱嘉佳', '收银员', '[]', 'true', '3', NULL),
    ('20', 's01.sc20', '崔思英', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('202', 's03.crc3', '肖晨', '客服专员，回访和招徕', '[]', 'true', '3', NULL),
    ('203', 's03.mkt1', '林帆帆', '市场专员，分群、卡券、群发', '[]', 'true', '3', NULL),
    ('204', 's03.mkt2', '陆娜怡', '市场专员，分群、卡券、群发', '[]', 'true', '3', NULL),
    ('206', 'gaojianjun', '高建军', '集团总部，集团活动审批', '[]', 'true', NULL, NULL),
    ('207', 'admin', '系统管理员', '系统管理员', '[]', 'true', NULL, NULL),
    ('208', 'xujing', '许静', '隐私负责人', '[]', 'true', NULL, NULL),
    ('21', 's01.sc21', '付燕敏', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('23', 's01.sc23', '廖鑫宇', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('24', 's01.sc24', '戴磊波', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('31', 'limin', '李敏', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('32', 's01.sa2', '周豪军', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('33', 's01.sa3', '孟勇嘉', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('34', 's01.sa4', '白豪', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('35', 's01.sa5', '顾雪思', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('36', 's01.sa6', '冯静凯', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('37', 's01.sa7', '王静', '服务顾问，确认预约、接车、报价、结算', '[]', 'true', '1', NULL),
    ('43', 's01.tec5', '朱明波', '技师，施工、拍照、报增项', '["QUICK", "GENERAL", "EV", "BODY"]', 'true', '1', NULL),
    ('46', 's01.tec8', '向涵红', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '1', NULL),
    ('47', 's01.tec9', '沈思华', '技师，施工、拍照、报增项', '["QUICK", "GENERAL", "EV"]', 'true', '1', NULL),
    ('49', 's01.tec11', '覃怡', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '1', NULL),
    ('52', 's01.tec14', '邹勇梅', '技师，施工、拍照、报增项', '["QUICK", "GENERAL"]', 'true', '1', NULL),
    ('68', 's01.qc2', '何娜思', '质检员', '[]', 'true', '1', NULL),
    ('7', 's01.sc7', '常刚华', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '1', NULL),
    ('73', 's01.csh2', '顾嘉', '收银员', '[]', 'true', '1', NULL),
    ('77', 'linxiao', '林晓', '市场专员，分群、卡券、群发', '[]', 'true', '1', NULL),
    ('82', 's02.sc3', '买买英·建静', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('83', 's02.sc4', '雷平磊', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('85', 's02.sc6', '唐红华', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('87', 's02.sc8', '韩建', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('89', 's02.sc10', '莫勇兰', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('90', 's02.sc11', '叶丽', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('91', 's02.sc12', '冯雨芳', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('93', 's02.sc14', '侯杰', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('95', 's02.sc16', '朱子艳', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL),
    ('97', 's02.sc18', '廖琳宇', '销售顾问，加好友、跟进、群发确认', '[]', 'true', '2', NULL);

INSERT INTO approval (id, kind, about, content_hash, title, store_id, requester_id, hands, note, facts, levels, level, passed_by, level_since, reminded_at, escalated_at, state, requested_at, ended_at, ended_by, end_note, version) VALUES
    ('15', 'CAMPAIGN', 'broadcast:7', 'ba0ecc14fbe1adb4acc20a4da5c5dd4fa6ba33c1312c457381c8374a425110d2', '冬季用车检查', '2', '143', '[]', '', '{"store_ids": [2], "amount_fen": 2000000, "staff_count": 20, "customer_count": 117}', '[{"mode": "ANY", "approver_ids": [127, 206]}]', '0', '[]', '2026-11-18 02:00:00.16948+00', NULL, NULL, 'APPROVED', '2026-11-18 02:00:00.16948+00', '2026-11-19 02:00:00.044825+00', '127', '', '2'),
    ('19', 'CAMPAIGN', 'broadcast:10', '21ed4cc8f7451732df9595d5e3257c20c589750f31b4e4bdd034ac34bc200fc4', '冬季用车检查', '3', '203', '[]', '', '{"store_ids": [3], "amount_fen": 2000000, "staff_count": 20, "customer_count": 109}', '[{"mode": "ANY", "approver_ids": [187, 206]}]', '0', '[]', '2026-11-18 02:00:00.056707+00', NULL, NULL, 'APPROVED', '2026-11-18 02:00:00.056707+00', '2026-11-19 02:00:00.054422+00', '187', '', '2'),
    ('21', 'COUPON_TEMPLATE', 'coupon_template:10', 'fc63313e642be188b8e022db108a19b9ba402a172e39ee1d99678f1674b13dc4', '冬季电瓶立减80', '3', '204', '[]', '和供应商谈好了价', '{"store_ids": [3], "amount_fen": 4000000}', '[{"mode": "ANY", "approver_ids": [187, 206]}]', '0', '[]', '2026-11-21 01:30:00.046494+00', NULL, NULL, 'PENDING', '2026-11-21 01:30:00.046494+00', NULL, NULL, '', '1'),
    ('22', 'REFUND', 'refund:3', 'b466f8605cdb44334d60416a555d691e13ce57a726687c08fc515aca41b920ad', '退款 S03-261121-0025', '3', '198', '[172, 198, 199]', '多收了一个滤芯的差价', '{"store_ids": [3], "amount_fen": 6000}', '[{"mode": "ANY", "approver_ids": [187, 190]}, {"mode": "ANY", "approver_ids": [205]}]', '0', '[]', '2026-11-21 01:53:00.06486+00', NULL, NULL, 'PENDING', '2026-11-21 01:53:00.06486+00', NULL, NULL, '', '1');

INSERT INTO approval_decision (id, requester_id, staff_id, level, is_agreed, seats, note, at, approval_id) VALUES
    ('12', '143', '127', '0', 'true', '[127]', '', '2026-11-19 02:00:00.043344+00', '15'),
    ('13', '203', '187', '0', 'true', '[187]', '', '2026-11-19 02:00:00.053368+00', '19');

INSERT INTO coupon_template (id, name, kind, state, value_fen, pay_percent, cap_fen, threshold_fen, item_codes, store_ids, quota, issued_count, per_person, per_vehicle, valid_days, claim_days, ends_on, is_vehicle_bound, restores_on_refund, is_new_friend_gift, created_by_id, approved_by_id, created_at, version, asked_ends_on, asked_quota) VALUES
    ('1', '小保养立减100', 'THRESHOLD', 'ACTIVE', '10000', '100', NULL, '40000', '[]', '[]', '5000', '0', '1', '1', '45', '30', NULL, 'false', 'true', 'true', '77', '206', '2026-08-23 02:05:01.013031+00', '3', NULL, NULL),
    ('10', '冬季电瓶立减80', 'THRESHOLD', 'PENDING_APPROVAL', '8000', '100', NULL, '60000', '["BATT-12"]', '[3]', '500', '0', '1', '1', '60', '30', NULL, 'false', 'true', 'false', '204', NULL, '2026-11-21 01:30:00.022974+00', '2', NULL, NULL),
    ('4', '老友回店200元', 'CASH', 'ACTIVE', '20000', '100', NULL, '80000', '[]', '[]', '10000', '65', '1', '1', '30', '30', NULL, 'true', 'true', 'false', '77', '206', '2026-08-23 02:05:01.692218+00', '3', NULL, NULL),
    ('5', '生日免费洗车', 'ITEM', 'ACTIVE', '0', '100', NULL, '0', '["WASH"]', '[]', '10000', '21', '1', '1', '30', '30', NULL, 'false', 'true', 'false', '77', '206', '2026-08-23 02:05:01.97375+00', '3', NULL, NULL),
    ('9', '冬季电瓶立减80', 'THRESHOLD', 'PENDING_APPROVAL', '8000', '100', NULL, '60000', '["BATT-12"]', '[2]', '500', '0', '1', '1', '60', '30', NULL, 'false', 'true', 'false', '144', NULL, '2026-11-21 01:30:00.023933+00', '2', NULL, NULL);

INSERT INTO contact_way (id, name, token, staff_id, store_id, source, coupon_template_id, coupon_name, state, reason, config_id, qr_url, created_at, created_by, next_try_at, tries, trouble) VALUES
    ('1', '展厅海报', 'ByXXAg1S4hDN', '1', '1', 'SHOW', '1', '小保养立减100', 'PENDING', '', '', '', '2026-11-21 02:05:00.090821+00', '77', NULL, '0', '');

INSERT INTO customer (id, name, phone, phone_verified_at, is_phone_usable, first_source, tags, last_visit_on, visit_count, spend_fen, spend_24_months_fen, next_service_due_on, gone_reason, marketing_stopped_at, complaint_until, merged_into_id, created_at, version, advisor_id, consultant_id, home_store_id, nickname) VALUES
    ('1010', '崔佳帆', '13064384801', NULL, 'true', 'REFERRAL', '[]', '2026-09-19', '1', '0', '0', '2027-06-23', '', NULL, '2027-05-19', NULL, '2026-04-22 02:00:00+00', '2', '108', '91', '2', NULL),
    ('1436', '付辉红', '17927974513', NULL, 'false', 'REFERRAL', '[]', '2026-08-10', '4', '288700', '288700', '2026-12-31', '', NULL, NULL, NULL, '2024-11-28 02:00:00+00', '1', '170', '150', '3', NULL),
    ('1446', '李洋丽', '18140231152', NULL, 'true', 'REFERRAL', '[]', '2026-11-20', '3', '177300', '177300', '2027-11-20', '', NULL, NULL, NULL, '2024-08-31 02:00:00+00', '2', '37', '14', '1', NULL),
    ('1666', '范洋俊', '19636024708', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-11-19', '3', '159600', '159600', '2027-11-19', '', NULL, '2027-05-19', NULL, '2024-11-28 02:00:00+00', '3', '173', '150', '3', NULL),
    ('191', '姜燕雨', '18007420042', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-09-03', '2', '122400', '122400', '2027-06-30', '', NULL, NULL, NULL, '2025-02-21 02:00:00+00', '1', '172', '150', '3', NULL),
    ('1989', '邱霞', '17883665008', NULL, 'true', 'REFERRAL', '[]', '2026-11-20', '4', '557700', '358800', '2026-06-12', '', NULL, NULL, NULL, '2023-06-29 02:00:00+00', '2', '171', '163', '3', NULL),
    ('2002', '蔡辉燕', '19259320088', NULL, 'true', 'REFERRAL', '[]', '2026-11-13', '2', '96800', '96800', '2026-12-17', '', NULL, NULL, NULL, '2025-10-07 02:00:00+00', '2', '170', '155', '3', NULL),
    ('2069', '武敏兰', '15610177671', NULL, 'true', 'WALK_IN', '[]', '2026-03-08', '2', '68000', '68000', '2026-10-29', '', NULL, NULL, NULL, '2025-01-23 02:00:00+00', '1', '35', '16', '1', NULL),
    ('2249', '韩秀', '18767548386', NULL, 'true', 'DCC_INBOUND', '[]', '2025-08-11', '4', '318800', '74800', '2026-08-11', '', NULL, NULL, NULL, '2022-06-22 02:00:00+00', '1', '170', '149', '3', NULL),
    ('2419', '田帆', '17755801104', NULL, 'true', 'REFERRAL', '[]', '2026-06-19', '6', '1010800', '363500', '2027-04-30', '', NULL, NULL, NULL, '2021-02-05 02:00:00+00', '1', '170', '157', '3', NULL),
    ('2445', '闫军', '18944683960', NULL, 'true', 'REFERRAL', '[]', '2026-04-25', '4', '187600', '187600', '2026-10-09', '', NULL, NULL, NULL, '2024-03-28 02:00:00+00', '1', '110', '85', '2', NULL),
    ('2595', '雷宇勇', '19337122564', NULL, 'false', 'WALK_IN', '[]', '2026-02-20', '4', '411000', '411000', '2026-08-31', '', NULL, NULL, NULL, '2024-01-18 02:00:00+00', '1', '170', '152', '3', NULL),
    ('2827', '钱文刚', NULL, NULL, 'false', 'WALK_IN', '[]', '2026-11-03', '2', '174400', '174400', '2027-11-03', '', NULL, NULL, NULL, '2025-07-25 02:00:00+00', '2', '174', '157', '3', NULL),
    ('289', '薛军刚', '17362189456', NULL, 'true', 'DCC_INBOUND', '[]', '2026-05-04', '2', '52200', '52200', '2027-02-03', '', NULL, NULL, NULL, '2025-01-12 02:00:00+00', '1', '36', '24', '1', NULL),
    ('327', '常鑫志', '15222029909', NULL, 'true', 'DCC_INBOUND', '[]', '2022-08-24', '2', '141800', '0', '2023-07-27', '', NULL, NULL, NULL, '2021-05-22 02:00:00+00', '1', '172', '157', '3', NULL),
    ('3299', '付桂', '19203038891', NULL, 'true', 'DCC_INBOUND', '[]', '2026-07-17', '6', '315800', '221700', '2027-03-06', '', NULL, NULL, NULL, '2022-06-22 02:00:00+00', '1', '37', '18', '1', NULL),
    ('3579', '阿依燕·红建', '19596145701', NULL, 'true', 'WALK_IN', '[]', '2026-11-03', '2', '155600', '155600', '2027-11-03', '', NULL, NULL, NULL, '2025-09-21 02:00:00+00', '2', '109', '83', '2', NULL),
    ('3780', '阿依志·英英', '15816195569', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-04-26', '3', '140800', '140800', '2027-02-04', '', NULL, '2027-05-19', NULL, '2024-05-18 02:00:00+00', '2', '172', '146', '3', NULL),
    ('4058', '吕波志', '17962513478', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-04-26', '2', '52600', '52600', '2027-04-26', '', NULL, NULL, NULL, '2024-12-01 02:00:00+00', '1', '33', '15', '1', NULL),
    ('429', '卢霞晨', '18936563462', NULL, 'true', 'DCC_INBOUND', '[]', '2025-05-28', '1', '0', '0', '2026-03-01', '', NULL, NULL, NULL, '2024-12-29 02:00:00+00', '1', '107', '90', '2', NULL),
    ('456', '蔡轩豪', '19845290364', NULL, 'true', 'VERTICAL_SITE', '[]', '2024-09-02', '2', '49600', '0', '2025-07-02', '', NULL, NULL, NULL, '2023-06-09 02:00:00+00', '1', '107', '91', '2', NULL),
    ('4939', '邵辉轩', '15016744616', NULL, 'true', 'REFERRAL', '[]', '2025-09-16', '5', '352500', '108200', '2026-08-11', '', NULL, NULL, NULL, '2021-09-21 02:00:00+00', '1', '32', '7', '1', NULL),
    ('5066', '钱海凯', '19395028969', NULL, 'false', 'DCC_INBOUND', '[]', '2026-07-18', '2', '73400', '73400', '2027-07-18', '', NULL, NULL, NULL, '2025-02-06 02:00:00+00', '1', '33', '21', '1', NULL),
    ('5095', '沈博', '15306678655', NULL, 'true', 'REFERRAL', '[]', '2026-07-07', '2', '50600', '50600', '2027-07-07', '', NULL, NULL, NULL, '2024-12-17 02:00:00+00', '1', '32', '15', '1', NULL),
    ('5177', '许健玉', '18110144047', NULL, 'true', 'WALK_IN', '[]', '2025-03-13', '5', '241800', '45800', '2025-12-15', '', NULL, NULL, NULL, '2021-06-29 02:00:00+00', '1', '34', '23', '1', NULL),
    ('5304', '杨平远', '17178972358', NULL, 'true', 'WALK_IN', '[]', '2025-07-13', '3', '109100', '70100', '2026-07-13', '', NULL, NULL, NULL, '2022-08-14 02:00:00+00', '1', '107', '93', '2', NULL),
    ('5340', '汤辉', '18591627282', NULL, 'true', 'DCC_INBOUND', '[]', '2026-11-13', '5', '270700', '270700', '2026-12-05', '', NULL, NULL, NULL, '2024-07-06 02:00:00+00', '2', '107', '87', '2', NULL),
    ('5525', '汤静凯', '19173841931', NULL, 'true', 'WALK_IN', '[]', '2026-04-27', '1', '0', '0', '2027-01-29', '', NULL, NULL, NULL, '2025-11-28 02:00:00+00', '1', '32', '1', '1', NULL),
    ('5678', '石军波', '18035708267', NULL, 'true', 'DCC_INBOUND', '[]', '2026-02-06', '3', '120700', '120700', '2026-10-20', '', NULL, NULL, NULL, '2024-04-08 02:00:00+00', '1', '173', '148', '3', NULL),
    ('571', '白涛', '18152222332', NULL, 'true', 'VERTICAL_SITE', '[]', '2025-05-18', '2', '224000', '224000', '2025-10-20', '', NULL, NULL, NULL, '2024-07-09 02:00:00+00', '1', '107', '91', '2', NULL),
    ('5989', '郑志强', '13269559825', NULL, 'true', 'REFERRAL', '[]', '2026-08-07', '1', '0', '0', '2027-08-07', 'scrapped', NULL, NULL, NULL, '2026-03-10 02:00:00+00', '1', '109', '89', '2', NULL),
    ('5992', '雷志泽', '15579045860', NULL, 'true', 'REFERRAL', '[]', '2022-12-27', '2', '58900', '0', '2023-05-14', '', NULL, NULL, NULL, '2022-03-21 02:00:00+00', '1', '108', '82', '2', NULL),
    ('5995', '薛泽', '13407255650', NULL, 'true', 'VERTICAL_SITE', '[]', '2025-11-22', '3', '93400', '50900', '2026-11-22', '', NULL, NULL, NULL, '2023-03-22 02:00:00+00', '1', '173', '165', '3', NULL),
    ('5996', '郑帆泽', '17737918235', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-05-14', '3', '212300', '212300', '2027-02-15', '', NULL, NULL, NULL, '2024-11-20 02:00:00+00', '1', '174', '163', '3', NULL),
    ('6000', '沈静', '13239515161', NULL, 'true', 'DCC_INBOUND', '[]', '2026-09-05', '5', '481800', '337200', '2027-09-05', '', NULL, NULL, NULL, '2021-08-23 02:00:00+00', '1', '105', '97', '2', NULL),
    ('6001', '余雨', '15189229465', NULL, 'true', 'REFERRAL', '[]', '2022-11-10', '2', '18100', '0', '2023-11-10', '', NULL, NULL, NULL, '2021-06-23 02:00:00+00', '1', '170', '162', '3', NULL),
    ('613', '高佳伟', '13119498988', NULL, 'true', 'VERTICAL_SITE', '[]', '2026-11-19', '2', '161800', '161800', '2027-04-19', '', NULL, '2027-05-19', NULL, '2026-02-07 02:00:00+00', '3', '108', '95', '2', NULL),
    ('636', '林桂桂', '18406860284', NULL, 'true', 'DCC_INBOUND', '[]', '2026-07-09', '2', '302200', '302200', '2027-07-09', '', NULL, NULL, NULL, '2025-01-23 02:00:00+00', '1', '107', '93', '2', NULL),
    ('836', '姜雪', '15405879849', NULL, 'true', 'WALK_IN', '[]', '2025-01-19', '2', '75700', '75700', '2026-01-19', '', NULL, NULL, NULL, '2023-09-16 02:00:00+00', '1', '31', '20', '1', NULL);

INSERT INTO consent (id, purpose, text_version, given_at, how, evidence, withdrawn_at, withdrawn_how, customer_id) VALUES
    ('1041', 'MARKETING_WECOM', '2026-01', '2026-08-07 03:00:00+00', 'mini_program', '{}', NULL, '', '5989'),
    ('1042', 'MARKETING_WECOM', '2026-01', '2022-12-27 03:00:00+00', 'mini_program', '{}', NULL, '', '5992');

INSERT INTO follow_up (id, contact, body, next_at, at, customer_id, staff_id, done_at, keeper_id) VALUES
    ('245', 'call', '嫌上次等得久，答应保养时给约第一个', '2026-11-24 07:30:00+00', '2026-11-19 09:55:00.012198+00', '456', '91', NULL, '91'),
    ('246', 'call', '嫌上次等得久，答应保养时给约第一个', '2026-11-24 07:30:00+00', '2026-11-19 09:55:00.025441+00', '327', '157', NULL, '157');

INSERT INTO friendship (id, external_userid, add_way, state, since, last_added_at, last_ended_at, last_chatted_at, ended_at, ended_by, customer_id, staff_id, corp_tags, remark, next_try_at, tries, trouble, unread_since) VALUES
    ('1552', 'wm000000000000000000000000005992', '1', '', '2022-12-27 03:00:00+00', NULL, NULL, '2023-01-01 08:35:00+00', NULL, '', '5992', '95', '{}', '', NULL, '0', '', NULL),
    ('1553', 'wm000000000000000000000000006001', '1', '', '2022-11-10 03:00:00+00', NULL, NULL, '2022-12-29 12:15:00+00', NULL, '', '6001', '160', '{}', '', NULL, '0', '', NULL);

INSERT INTO identity (id, kind, value, created_at, customer_id) VALUES
    ('3612', 'UNIONID', 'oU00000000000000000000006001', '2022-11-10 03:00:00+00', '6001'),
    ('3613', 'OPENID', 'oM00000000000000000000006001', '2022-11-10 03:00:00+00', '6001');

INSERT INTO message (id, template, variant, customer_id, staff_id, facts, about, about_version, address, dedupe_key, state, channel, reason, created_at, send_before, attempts, claimed_at, sent_at, platform_id, response_code, card_updated_at, errcode, card_after, next_try_at, tries, trouble) VALUES
    ('1913', 'approval_request', '', NULL, '187', '{"author": "覃兰梓", "subject": "退款 S03-261121-0025", "asked_fen": 6000, "over_limit": null, "staff_count": null, "request_note": "多收了一个滤芯的差价", "submitted_at": "2026-11-21T01:53:00.064860+00:00", "approval_kind": "退款", "customer_count": null}', 'approval:22', '1', '', 'approval:22:1:187', 'SENT', 'CARD', '', '2026-11-21 01:53:00.075037+00', NULL, '0', NULL, '2026-11-21 01:53:00.075037+00', '', '', '2026-11-21 01:53:00.075037+00', '', NULL, NULL, '0', ''),
    ('1914', 'approval_request', '', NULL, '190', '{"author": "覃兰梓", "subject": "退款 S03-261121-0025", "asked_fen": 6000, "over_limit": null, "staff_count": null, "request_note": "多收了一个滤芯的差价", "submitted_at": "2026-11-21T01:53:00.064860+00:00", "approval_kind": "退款", "customer_count": null}', 'approval:22', '1', '', 'approval:22:1:190', 'SENT', 'CARD', '', '2026-11-21 01:53:00.08298+00', NULL, '0', NULL, '2026-11-21 01:53:00.08298+00', '', '', '2026-11-21 01:53:00.08298+00', '', NULL, NULL, '0', '');

INSERT INTO part_request (id, store_id, repair_order_id, line_id, quantity, state, expected_at, requested_at, issued_at, issued_by, ended_at, part_id) VALUES
    ('133', '1', '122', '171', '1', 'RESERVED', NULL, '2026-11-21 01:39:00.113462+00', NULL, NULL, NULL, '10'),
    ('134', '2', '123', '172', '1', 'RESERVED', NULL, '2026-11-21 01:39:00.300926+00', NULL, NULL, NULL, '10');

INSERT INTO payment (id, out_trade_no, about, customer_id, store_id, method, state, amount_fen, description, openid, prepay_id, transaction_id, received_fen, problem, received_by_id, receipt_number, created_at, expires_at, succeeded_at, closed_at, asked, next_question_at) VALUES
    ('52', 'C261121c5420fe926d6a859', 'bill:63', '2595', '3', 'TRANSFER', 'SUCCESS', '12000', '', '', '', NULL, '12000', '', '199', '', '2026-11-21 01:36:00.827427+00', '2026-11-21 01:36:00.827427+00', '2026-11-21 01:36:00.827427+00', NULL, '0', NULL),
    ('53', 'C26112109aa1ac7829bc6ff', 'bill:64', '429', '2', 'TRANSFER', 'SUCCESS', '12000', '', '', '', NULL, '12000', '', '139', '', '2026-11-21 01:36:01.090988+00', '2026-11-21 01:36:01.090988+00', '2026-11-21 01:36:01.090988+00', NULL, '0', NULL),
    ('54', 'C2611210e1225c1b117db07', 'bill:65', '5525', '1', 'TRANSFER', 'SUCCESS', '12000', '', '', '', NULL, '12000', '', '73', '', '2026-11-21 01:36:01.136352+00', '2026-11-21 01:36:01.136352+00', '2026-11-21 01:36:01.136352+00', NULL, '0', NULL);

INSERT INTO policy_change (id, policy, field, number, value, effective_from, reason, changed_at, withdrawn_at, withdrawn_reason, changed_by_id, store_id, withdrawn_by_id) VALUES
    ('2', 'appointments', 'hold_minutes', '2', '20', '2026-11-14 02:05:00.016144+00', '15 分钟还有人来不及', '2026-08-23 02:05:00.304872+00', NULL, '', '127', '2', NULL),
    ('3', 'appointments', 'hold_minutes', '3', NULL, '2026-11-28 02:05:00.016144+00', '新版预约页少填两项，按集团的来', '2026-08-23 02:05:00.379542+00', NULL, '', '127', '2', NULL);

INSERT INTO refund (id, out_refund_no, about, store_id, customer_id, amount_fen, reason, state, requested_by, requested_at, hands, content_hash, approved_by_id, approved_at, platform_refund_id, problem, ended_at, asked, next_question_at, payment_id) VALUES
    ('2', 'R261121dc88562b44d95163', 'bill:64', '2', '429', '6000', '多收了一个滤芯的差价', 'REQUESTED', 'staff:138', '2026-11-21 01:53:00.124122+00', '[110, 138, 139]', 'e0c1339a2ba3e74538464fa784af53276cc0e586af56954f3c1d52a4bd74797a', NULL, NULL, '', '', NULL, '0', NULL, '53'),
    ('3', 'R261121bfe3043a7f0aef01', 'bill:63', '3', '2595', '6000', '多收了一个滤芯的差价', 'REQUESTED', 'staff:198', '2026-11-21 01:53:00.058837+00', '[172, 198, 199]', 'b466f8605cdb44334d60416a555d691e13ce57a726687c08fc515aca41b920ad', NULL, NULL, '', '', NULL, '0', NULL, '52');

INSERT INTO ledger_entry (id, at, store_id, about, payment_id, refund_id, method, amount_fen) VALUES
    ('53', '2026-11-21 01:36:01.092289+00', '2', 'bill:64', '53', NULL, 'TRANSFER', '12000'),
    ('54', '2026-11-21 01:36:01.137778+00', '1', 'bill:65', '54', NULL, 'TRANSFER', '12000');

INSERT INTO segment (id, name, definition, store_ids, created_by, updated_by, created_at, updated_at, archived_at, version) VALUES
    ('10', '快到保养的', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', '203', '203', '2026-11-18 02:00:00.01342+00', '2026-11-18 02:00:00.013428+00', NULL, '1'),
    ('11', '半年到一年没来', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', '204', '204', '2026-11-21 01:05:00.025141+00', '2026-11-21 01:05:00.025143+00', NULL, '1'),
    ('12', '半年到一年没来', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', '204', '204', '2026-11-21 01:05:00.146052+00', '2026-11-21 01:05:00.146059+00', NULL, '1'),
    ('13', '沉睡车主', '{"items": [{"field": "dormancy", "values": ["DORMANT", "LAPSED", "DEEP"]}], "match": "all"}', '[1]', '77', '77', '2026-11-21 02:05:00.101158+00', '2026-11-21 02:05:00.101164+00', NULL, '1');

INSERT INTO broadcast (id, name, segment_id, segment_name, definition, store_ids, template, content, coupon_template_id, control_percent, budget_fen, content_hash, approved_hash, approved_by, starts_at, ends_at, state, author_id, created_at, started_at, frozen_at, finished_at, pause_reason, synced_at, version, stopped_at) VALUES
    ('10', '冬季用车检查', '10', '快到保养的', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', 'group_send_wake_up', '{"rule": "满 800 可用", "coupon": "老友回店200元", "valid_days": 30, "season_line": "天冷了，刹车和电瓶值得看一看。"}', '4', '25', '2000000', '21ed4cc8f7451732df9595d5e3257c20c589750f31b4e4bdd034ac34bc200fc4', '21ed4cc8f7451732df9595d5e3257c20c589750f31b4e4bdd034ac34bc200fc4', '187', '2026-11-20 02:00:00+00', '2026-11-23 12:30:00+00', 'RUNNING', '203', '2026-11-18 02:00:00.030009+00', '2026-11-20 02:00:30.070414+00', '2026-11-20 02:00:30.070385+00', NULL, '', NULL, '5', NULL),
    ('11', '元旦回店礼', '11', '半年到一年没来', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', 'group_send_wake_up', '{"rule": "满 800 可用", "coupon": "老友回店200元", "valid_days": 30, "season_line": "节前出行，先把车看一看。"}', '4', '25', '2000000', 'f6c22205a18685de8e61e7ff611d78f0bde35d65273e1318dc5e70717e381250', '', NULL, NULL, NULL, 'PENDING_APPROVAL', '204', '2026-11-21 01:05:00.039613+00', NULL, NULL, NULL, '', NULL, '2', NULL),
    ('12', '春节前检查（草稿）', '12', '半年到一年没来', '{"items": [{"field": "last_visit_days_ago", "at_most_days": 420, "at_least_days": 60}], "match": "all"}', '[3]', 'group_send_wake_up', '{"rule": "满 800 可用", "coupon": "老友回店200元", "valid_days": 30, "season_line": "节前出行，先把车看一看。"}', '4', '25', '2000000', 'ed23a4dbeae2b6c0b5cd1656dec35c7e102f96e9064491552e2cb8430b05a14b', '', NULL, NULL, NULL, 'DRAFT', '204', '2026-11-21 01:05:00.163038+00', NULL, NULL, NULL, '', NULL, '1', NULL);

INSERT INTO broadcast_recipient (id, broadcast_id, customer_id, cohort, state, reason, staff_id, batch_number, external_userid, contacted_on, sent_at, opened_at, claimed_at, booked_at, arrived_at, converted_at, opted_out_at, is_last_touch, given_back_at, complained_at, unfriended_at) VALUES
    ('6832', '10', '5995', 'EXCLUDED', 'EXCLUDED', 'NOT_FRIEND', NULL, '0', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'false', NULL, NULL, NULL),
    ('6833', '10', '5996', 'EXCLUDED', 'EXCLUDED', 'NOT_FRIEND', NULL, '0', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'false', NULL, NULL, NULL);

INSERT INTO send_batch (id, broadcast_id, staff_id, number, token, customers, state, claimed_at, asked_at, message_id, reason, created_at, tasked_at, confirmed_at, declined_at, reminded_at, cancelled_at, synced_at, next_try_at, tries, trouble, reminder_owed_at) VALUES
    ('125', '10', '164', '0', '772826679802437', '1', 'SENT', '2026-11-20 02:01:00+00', '2026-11-20 02:01:00+00', 'past-772826679802437', '', '2026-11-20 02:00:30.064349+00', '2026-11-20 02:01:00+00', '2026-11-20 04:00:00+00', NULL, '[]', NULL, '2026-11-20 04:00:00+00', NULL, '0', '', NULL),
    ('126', '10', '165', '0', '772826679802438', '6', 'SENT', '2026-11-20 02:01:00+00', '2026-11-20 02:01:00+00', 'past-772826679802438', '', '2026-11-20 02:00:30.064349+00', '2026-11-20 02:01:00+00', '2026-11-20 04:00:00+00', NULL, '[]', NULL, '2026-11-20 04:00:00+00', NULL, '0', '', NULL);

INSERT INTO staff_role (id, role, region_id, staff_id, store_id) VALUES
    ('207', 'ADM', NULL, '207', NULL),
    ('208', 'DPO', NULL, '208', NULL);

INSERT INTO vehicle_model (id, code, series, trim, powertrain, guide_price_fen, first_interval_km, first_interval_months, interval_km, interval_months) VALUES
    ('1', 'S5-1', '云帆S5', '1.5T 舒适', 'PETROL', '9980000', '5000', '6', '10000', '12'),
    ('10', 'H6-2', '云帆H6', 'PHEV 旗舰', 'PHEV', '18980000', '5000', '6', '10000', '12'),
    ('11', 'E5-1', '云帆E5', '标准', 'BEV', '14980000', '5000', '6', '20000', '12'),
    ('12', 'E5-2', '云帆E5', '长续航', 'BEV', '17980000', '5000', '6', '20000', '12'),
    ('13', 'E5-3', '云帆E5', '性能', 'BEV', '25980000', '5000', '6', '20000', '12'),
    ('2', 'S5-2', '云帆S5', '1.5T 豪华', 'PETROL', '11580000', '5000', '6', '10000', '12'),
    ('3', 'S5-3', '云帆S5', '1.5T 尊贵', 'PETROL', '12980000', '5000', '6', '10000', '12'),
    ('4', 'X6-1', '云帆X6', '2.0T 精英', 'PETROL', '15980000', '5000', '6', '10000', '12'),
    ('5', 'X6-2', '云帆X6', '2.0T 豪华', 'PETROL', '17980000', '5000', '6', '10000', '12'),
    ('6', 'X6-3', '云帆X6', '2.0T 旗舰', 'PETROL', '19980000', '5000', '6', '10000', '12'),
    ('7', 'X7-1', '云帆X7', '2.0T 七座', 'PETROL', '21980000', '5000', '6', '10000', '12'),
    ('8', 'X7-2', '云帆X7', '2.0T 七座旗舰', 'PETROL', '23980000', '5000', '6', '10000', '12');

INSERT INTO vehicle (id, vin, plate, home_store_id, delivered_on, mileage_km, mileage_on, last_service_on, next_service_due_on, insurance_ends_on, gone_reason, model_id) VALUES
    ('1079', 'LYFEC0DT6T1001079', '粤AD5785', '2', '2026-04-28', '4993', '2026-09-19', '2026-09-19', '2027-06-23', '2027-04-28', '', '1'),
    ('1532', 'LYFAA3DE3S1001532', '湘AY8868', '3', '2025-02-15', '37687', '2026-08-10', '2026-08-10', '2026-12-31', '2027-02-15', '', '2'),
    ('1543', 'LYFEC2DTXR1001543', '粤BF18478', '1', '2024-07-30', '20735', '2026-11-20', '2026-11-20', '2027-11-20', '2027-07-28', '', '10'),
    ('1782', 'LYFBA8DT1R1001782', '湘AD97144', '3', '2024-11-29', '28594', '2026-11-19', '2026-11-19', '2027-11-19', '2026-11-28', '', '11'),
    ('208', 'LYFAB6DT4S1000208', '湘A0G971', '3', '2025-02-21', '18622', '2026-09-03', '2026-09-03', '2027-06-30', '2027-02-21', '', '4'),
    ('2123', 'LYFBA7DT0P1002123', '湘AA83654', '3', '2023-08-12', '35652', '2026-11-20', '2025-06-12', '2026-06-12', '2027-08-12', '', '11'),
    ('2136', 'LYFEA9DT7S1002136', '湘A9A427', '3', '2025-09-12', '13793', '2026-11-13', '2026-03-06', '2026-12-17', '2027-09-12', '', '1'),
    ('2210', 'LYFEC0DP3S1002210', '粤BF25877', '1', '2025-02-25', '15955', '2026-03-08', '2026-03-08', '2026-10-29', '2027-02-25', '', '10'),
    ('2581', 'LYFBC4DT2M1002581', '湘A52746', '3', '2021-01-29', '62409', '2026-06-19', '2026-06-19', '2027-04-30', '2027-01-28', '', '5'),
    ('2609', 'LYFBA2DE5R1002609', '粤A7A280', '2', '2024-06-03', '41189', '2026-04-25', '2026-04-25', '2026-10-09', '2027-06-03', '', '4'),
    ('2766', 'LYFBB1DT2R1002766', '湘A2X166', '3', '2024-03-12', '36945', '2026-02-20', '2026-02-20', '2026-08-31', '2027-03-12', '', '2'),
    ('3012', 'LYFAA5DE4S1003012', '湘A96663', '3', '2025-09-11', '9661', '2026-11-03', '2026-11-03', '2027-11-03', '2027-09-11', '', '8'),
    ('313', 'LYFBA6DP9S1000313', '粤BK5645', '1', '2025-01-25', '16836', '2026-05-04', '2026-05-04', '2027-02-03', '2027-01-25', '', '3'),
    ('3509', 'LYFEA0DT3N1003509', '粤B87676', '1', '2022-07-26', '62444', '2026-07-17', '2026-07-17', '2027-03-06', '2027-07-26', '', '8'),
    ('3812', 'LYFBA5DE8S1003812', '粤A8R527', '2', '2025-09-21', '9669', '2026-11-03', '2026-11-03', '2027-11-03', '2027-09-21', '', '4'),
    ('4036', 'LYFEB0DP5R1004036', '湘A62988', '3', '2024-05-26', '24631', '2026-04-26', '2026-04-26', '2027-02-04', '2027-05-26', '', '2'),
    ('4333', 'LYFBC2DTXR1004333', '粤BD21231', '1', '2024-12-14', '18055', '2026-04-26', '2026-04-26', '2027-04-26', '2026-12-14', '', '11'),
    ('461', 'LYFAC0DP9S1000461', '粤AW4450', '2', '2025-02-05', '4985', '2025-05-28', '2025-05-28', '2026-03-01', '2027-02-05', '', '7'),
    ('5283', 'LYFBA6DP3M1005283', '粤B19509', '1', '2021-09-07', '44636', '2025-09-16', '2025-09-16', '2026-08-11', '2027-09-07', '', '6'),
    ('5415', 'LYFEA4DE9S1005415', '粤B62769', '1', '2025-01-05', '15088', '2026-07-18', '2026-07-18', '2027-07-18', '2027-01-05', '', '7'),
    ('5444', 'LYFAB8DT3S1005444', '粤BA41887', '1', '2025-01-31', '24669', '2026-07-07', '2026-07-07', '2027-07-07', '2027-01-28', '', '13'),
    ('5532', 'LYFBC4DP0M1005532', '粤B69746', '1', '2021-07-11', '48276', '2025-03-13', '2025-03-13', '2025-12-15', '2027-07-11', '', '1'),
    ('5668', 'LYFAC4DP7N1005668', '粤AA0412', '2', '2022-07-13', '27078', '2025-07-13', '2025-07-13', '2026-07-13', '2027-07-13', '', '4'),
    ('5708', 'LYFAC9DP0R1005708', '粤A46510', '2', '2024-09-12', '45614', '2026-11-13', '2026-05-12', '2026-12-05', '2027-09-12', '', '8'),
    ('5904', 'LYFBC1DP4T1005904', '粤B65830', '1', '2026-01-04', '4970', '2026-04-27', '2026-04-27', '2027-01-29', '2027-01-04', '', '5'),
    ('6067', 'LYFAB4DT0R1006067', '湘A96695', '3', '2024-04-30', '25269', '2026-02-06', '2026-02-06', '2026-10-20', '2027-04-28', '', '3'),
    ('6395', 'LYFEB6DT0T1006395', '粤AA62690', '2', '2026-02-06', '3691', '2026-08-07', '2026-08-07', '2027-08-07', '2027-02-06', '', '12'),
    ('6407', 'LYFAB4DE6M1006407', '粤AD23649', '2', '2021-08-31', '64204', '2026-09-05', '2026-09-05', '2027-09-05', '2027-08-28', '', '13'),
    ('6408', 'LYFAB9DPXM1006408', '湘AKL403', '3', '2021-05-22', '11347', '2022-11-10', '2022-11-10', '2023-11-10', '2027-05-22', '', '2'),
    ('655', 'LYFAB7DP4T1000655', '粤AF14209', '2', '2026-02-06', '13909', '2026-11-19', '2026-11-19', '2027-04-19', '2027-02-06', '', '10'),
    ('682', 'LYFBA4DE0R1000682', '粤A17214', '2', '2024-12-22', '9224', '2026-07-09', '2026-07-09', '2027-07-09', '2026-12-22', '', '8'),
    ('896', 'LYFAB7DT0P1000896', '粤B48544', '1', '2023-08-15', '6240', '2025-01-19', '2025-01-19', '2026-01-19', '2027-08-15', '', '8');

INSERT INTO binding (id, vin_last6, store_id, customer_id, role, state, how, licence_media, requested_at, bound_at, ended_at, end_reason, version, vehicle_id) VALUES
    ('912', '', NULL, '5989', 'OWNER', 'BOUND', 'phone_and_vin', '', '2026-08-07 03:00:00+00', '2026-08-07 03:00:00+00', NULL, '', '1', '6395'),
    ('913', '', NULL, '6001', 'OWNER', 'BOUND', 'phone_and_vin', '', '2022-11-10 03:00:00+00', '2022-11-10 03:00:00+00', NULL, '', '1', '6408');

INSERT INTO complaint (id, about, source, store_id, customer_id, vehicle_id, repair_order_id, advisor_id, body, state, opened_at, acknowledged_at, acknowledged_by_id, version, escalated_at, reopened_at) VALUES
    ('2', 'hand_over:36', '取车异议', '2', '1010', '1079', '35', '107', '后备箱的雨伞不见了', 'ACKNOWLEDGED', '2026-11-20 02:04:00.949817+00', '2026-11-21 00:40:00.007279+00', '142', '2', NULL, NULL),
    ('3', 'hand_over:38', '取车异议', '3', '3780', '4036', '38', '174', '后备箱的雨伞不见了', 'ACKNOWLEDGED', '2026-11-20 02:34:01.49763+00', '2026-11-21 00:40:00.012834+00', '202', '2', NULL, NULL),
    ('5', 'survey:29', '小程序评价', '2', '613', '655', '30', '105', '说好两小时，等了四小时，没人告诉我', 'OPEN', '2026-11-20 06:24:01.480272+00', NULL, NULL, '1', NULL, NULL),
    ('6', 'survey:30', '小程序评价', '3', '1666', '1782', '31', '172', '说好两小时，等了四小时，没人告诉我', 'OPEN', '2026-11-20 06:38:01.410934+00', NULL, NULL, '1', NULL, NULL);

INSERT INTO complaint_step (id, complaint_id, action, staff_id, note, at) VALUES
    ('2', '2', 'acknowledge', '142', '', '2026-11-21 00:40:00.010651+00'),
    ('3', '3', 'acknowledge', '202', '', '2026-11-21 00:40:00.013524+00');

INSERT INTO coupon (id, customer_id, person_no, vehicle_id, vehicle_no, code, state, source, source_ref, campaign_token, openid, issued_at, claim_by, claimed_at, valid_to, locked_for, locked_until, redeemed_at, ended_at, end_reason, version, template_id) VALUES
    ('25', '3579', '1', '3812', '1', 'F0E44867E9A3', 'REDEEMED', 'campaign', 'broadcast:2', '425040964585191', 'oM00000000000000000000003579', '2026-10-12 14:23:00.070145+00', '2026-11-11 15:59:59+00', '2026-10-12 14:23:00.071301+00', '2026-11-11 15:59:59+00', '', NULL, '2026-11-03 08:00:01.36213+00', NULL, '', '5', '4'),
    ('48', '2827', '1', '3012', '1', 'D6C3334BC015', 'REDEEMED', 'campaign', 'broadcast:3', '833592160607643', 'oM00000000000000000000002827', '2026-10-13 15:25:00.042252+00', '2026-11-12 15:59:59+00', '2026-10-13 15:25:00.04355+00', '2026-11-12 15:59:59+00', '', NULL, '2026-11-03 08:00:01.224902+00', NULL, '', '5', '4'),
    ('91', '571', '1', NULL, NULL, 'B48FD7033CA5', 'ISSUED', 'gift', '', '', '', '2026-11-19 02:00:00.044256+00', '2026-12-19 15:59:59+00', NULL, NULL, '', NULL, NULL, NULL, '', '1', '5'),
    ('92', '2249', '1', NULL, NULL, '612FCF5FECDE', 'ISSUED', 'gift', '', '', '', '2026-11-19 02:00:00.055519+00', '2026-12-19 15:59:59+00', NULL, NULL, '', NULL, NULL, NULL, '', '1', '5');

INSERT INTO appointment (id, store_id, customer_id, vehicle_id, starts_at, minutes, bay_kind, state, source, note, waits_on_site, coupon_id, campaign_token, confirm_by, advisor_id, confirmed_at, arrived_at, ended_at, end_reason, reschedule_count, repair_order_id, created_at, version) VALUES
    ('164', '1', '836', '896', '2026-11-21 00:30:00+00', '60', 'QUICK', 'CONVERTED', 'console', '', 'true', NULL, '', '2026-11-17 13:06:00.059777+00', '35', '2026-11-17 11:18:00.006608+00', '2026-11-21 00:52:00.032461+00', NULL, '', '0', '101', '2026-11-17 11:06:00.059785+00', '4'),
    ('168', '3', '2419', '2581', '2026-11-21 01:00:00+00', '60', 'QUICK', 'CONVERTED', 'mini_program', '', 'true', NULL, '', '2026-11-17 13:06:00.131425+00', '174', '2026-11-17 11:18:00.02858+00', '2026-11-21 00:52:00.010821+00', NULL, '', '0', '103', '2026-11-17 11:06:00.131432+00', '4'),
    ('17', '2', '3579', '3812', '2026-11-03 06:00:00+00', '120', 'GENERAL', 'CONVERTED', 'mini_program', '', 'false', '25', '425040964585191', '2026-11-02 14:35:00.017355+00', '110', '2026-11-02 12:47:00.010107+00', '2026-11-03 06:05:00.006359+00', NULL, '', '0', '17', '2026-11-02 12:35:00.017363+00', '4'),
    ('18', '3', '2827', '3012', '2026-11-03 06:00:00+00', '120', 'GENERAL', 'CONVERTED', 'mini_program', '', 'false', '48', '833592160607643', '2026-11-02 14:35:00.082457+00', '170', '2026-11-02 12:47:00.015123+00', '2026-11-03 06:05:00.015296+00', NULL, '', '0', '18', '2026-11-02 12:35:00.082466+00', '4'),
    ('230', '1', '4058', '4333', '2026-11-21 01:00:00+00', '30', 'EV', 'CONVERTED', 'mini_program', '', 'true', NULL, '', '2026-11-18 13:34:00.068162+00', '32', '2026-11-18 11:46:00.028739+00', '2026-11-21 01:10:00.010126+00', NULL, '', '0', '114', '2026-11-18 11:34:00.068169+00', '4'),
    ('263', '1', '5066', '5415', '2026-11-21 01:00:00+00', '40', 'QUICK', 'CONVERTED', 'mini_program', '', 'true', NULL, '', '2026-11-19 06:52:00.09982+00', '33', '2026-11-19 05:04:00.006302+00', '2026-11-21 00:36:00.037994+00', NULL, '', '0', '97', '2026-11-19 04:52:00.099825+00', '4'),
    ('29', '2', '5340', '5708', '2026-11-13 07:00:00+00', '30', 'QUICK', 'CONVERTED', 'mini_program', '', 'false', NULL, '', '2026-11-12 15:05:00.006099+00', '110', '2026-11-12 13:17:00.002135+00', '2026-11-13 07:05:00.044941+00', NULL, '', '0', '24', '2026-11-12 13:05:00.006105+00', '4'),
    ('30', '3', '2002', '2136', '2026-11-13 07:30:00+00', '75', 'QUICK', 'CONVERTED', 'mini_program', '', 'false', NULL, '', '2026-11-12 15:05:00.007054+00', '171', '2026-11-12 13:17:00.004235+00', '2026-11-13 07:35:00.023137+00', NULL, '', '0', '25', '2026-11-12 13:05:00.007093+00', '4'),
    ('368', '1', '4939', '5283', '2026-11-21 01:30:00+00', '120', 'GENERAL', 'CONVERTED', 'mini_program', '', 'true', NULL, '', '2026-11-20 13:30:00.015521+00', '33', '2026-11-20 11:42:00.004732+00', '2026-11-21 01:40:00.01745+00', NULL, '', '0', '139', '2026-11-20 11:30:00.015528+00', '4'),
    ('418', '1', '2069', '2210', '2026-11-23 00:30:00+00', '30', 'QUICK', 'REQUESTED', 'console', '', 'true', NULL, '', '2026-11-21 03:43:00.585353+00', NULL, NULL, NULL, NULL, '', '0', NULL, '2026-11-21 01:43:00.585364+00', '1'),
    ('419', '1', '289', '313', '2026-11-25 01:30:00+00', '75', 'QUICK', 'REQUESTED', 'console', '', 'true', NULL, '', '2026-11-21 03:46:00.563818+00', NULL, NULL, NULL, NULL, '', '0', NULL, '2026-11-21 01:46:00.563826+00', '1');

INSERT INTO appointment_item (id, item_id, name, minutes, labour_fen, parts_fen, appointment_id) VALUES
    ('563', '1', '小保养', '60', '19200', '32800', '419'),
    ('564', '9', '空调滤芯', '15', '4800', '19800', '419');

INSERT INTO appointment_place (id, store_id, slot_at, arrival_no, bay_id, ends_at, held_for_customer_id, held_until, appointment_id) VALUES
    ('319', '1', '2026-11-23 00:30:00+00', '1', '1', '2026-11-23 01:00:00+00', NULL, NULL, '418'),
    ('320', '1', '2026-11-25 01:30:00+00', '3', '3', '2026-11-25 03:00:00+00', NULL, NULL, '419');

INSERT INTO odometer_reading (id, read_on, km, starts_new_series, reason, vehicle_id) VALUES
    ('13838', '2026-11-20', '35652', 'false', '', '2123'),
    ('13839', '2026-11-20', '20735', 'false', '', '1543');

INSERT INTO ownership (id, customer_id, role, filed_phone, since_on, until_on, vehicle_id) VALUES
    ('6407', '6000', 'OWNER', '13239515161', '2021-08-31', NULL, '6407'),
    ('6408', '6001', 'OWNER', '15189229465', '2021-05-22', NULL, '6408');

INSERT INTO redemption (id, about, store_id, repair_order_id, staff_id, discount_fen, redeemed_at, undone_at, coupon_id, cancelled_fen) VALUES
    ('17', 'bill:17', '3', '18', NULL, '20000', '2026-11-03 08:00:01.225161+00', NULL, '48', '0'),
    ('18', 'bill:18', '2', '17', NULL, '20000', '2026-11-03 08:00:01.362546+00', NULL, '25', '0');

INSERT INTO repair_order (id, number, sequence_no, store_id, customer_id, vehicle_id, appointment_id, origin_repair_order_id, advisor_id, sender_name, complaint, mileage_km, mileage_reason, waits_on_site, wants_wash, keeps_old_parts, state, owner_title, standing, promised_finish_at, first_promised_at, promise_reason, promise_kept_by, prechecked_at, quoted_at, authorised_at, checks_ticked_at, quality_passed_at, wash_started_at, ready_at, stopped_at, billed_at, bill_confirmed_at, paid_at, paid_fen, delivered_at, closed_at, voided_at, void_reason, rework_count, last_event_no, opened_at, version) VALUES
    ('101', 'RO-S01-261121-0039', '39', '1', '836', '896', '164', NULL, '35', '', '按项目做', '12706', '', 'true', 'true', 'false', 'WAIT_OWNER', '增项待您确认', '等您决定增项', '2026-11-21 03:15:00+00', '2026-11-21 03:15:00+00', '', NULL, '2026-11-21 01:01:00.143722+00', '2026-11-21 01:05:00.159793+00', '2026-11-21 01:08:00.104387+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '12', '2026-11-21 00:56:00.030774+00', '12'),
    ('103', 'RO-S03-261121-0032', '32', '3', '2419', '2581', '168', NULL, '174', '', '按项目做', '68875', '', 'true', 'true', 'false', 'WAIT_OWNER', '增项待您确认', '等您决定增项', '2026-11-21 03:15:00+00', '2026-11-21 03:15:00+00', '', NULL, '2026-11-21 01:01:00.135954+00', '2026-11-21 01:05:00.201855+00', '2026-11-21 01:08:00.102412+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '12', '2026-11-21 00:56:00.02959+00', '12'),
    ('114', 'RO-S01-261121-0043', '43', '1', '4058', '4333', '230', NULL, '32', '', '换轮胎', '25069', '', 'true', 'true', 'false', 'IN_PROGRESS', '施工中', '', '2026-11-21 03:15:00+00', '2026-11-21 03:15:00+00', '', NULL, '2026-11-21 01:20:00.172207+00', '2026-11-21 01:24:00.238661+00', '2026-11-21 01:27:00.120484+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '9', '2026-11-21 01:14:00.02376+00', '9'),
    ('134', 'RO-S01-261121-0050', '50', '1', '5095', '5444', NULL, NULL, '32', '', '空调滤芯', '32642', '', 'false', 'true', NULL, 'QUOTED', '报价待您确认', '', '2026-11-21 03:15:00+00', NULL, '', NULL, '2026-11-21 01:46:00.184415+00', '2026-11-21 01:50:00.248532+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '5', '2026-11-21 01:39:00.043568+00', '5'),
    ('136', 'RO-S03-261121-0043', '43', '3', '1436', '1532', NULL, NULL, '170', '', '做大保养', '45660', '', 'false', 'true', NULL, 'QUOTED', '报价待您确认', '', '2026-11-21 05:00:00+00', NULL, '', NULL, '2026-11-21 01:46:00.224341+00', '2026-11-21 01:50:00.254208+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '5', '2026-11-21 01:39:00.035832+00', '5'),
    ('137', 'RO-S02-261121-0044', '44', '2', '2445', '2609', NULL, NULL, '105', '', '做个小保养', '49299', '', 'true', 'true', NULL, 'PRECHECKED', '环车检查报告', '', NULL, NULL, '', NULL, '2026-11-21 01:48:00.227895+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '3', '2026-11-21 01:43:00.096172+00', '3'),
    ('139', 'RO-S01-261121-0051', '51', '1', '4939', '5283', '368', NULL, '33', '', '做大保养', '52746', '', 'true', 'true', NULL, 'PRECHECKED', '环车检查报告', '', NULL, NULL, '', NULL, '2026-11-21 01:49:00.209651+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '3', '2026-11-21 01:44:00.043493+00', '3'),
    ('144', 'RO-S02-261121-0046', '46', '2', '636', '682', NULL, NULL, '107', '', '刹车有点响', '17608', '', 'false', 'true', NULL, 'OPENED', '已接车', '', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '1', '2026-11-21 01:57:00.032496+00', '1'),
    ('145', 'RO-S03-261121-0046', '46', '3', '191', '208', NULL, NULL, '173', '', '保养，空调有点味道', '27006', '', 'false', 'true', NULL, 'OPENED', '已接车', '', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '1', '2026-11-21 01:57:00.026929+00', '1'),
    ('17', 'RO-S02-261103-0006', '6', '2', '3579', '3812', '17', NULL, '110', '', '收到优惠，来做大保养', '9669', '', 'false', 'true', 'true', 'CLOSED', '已交车', '', '2026-11-03 09:30:00+00', '2026-11-03 09:30:00+00', '', NULL, '2026-11-03 06:16:00.14535+00', '2026-11-03 06:20:00.149039+00', '2026-11-03 06:23:00.120605+00', '2026-11-03 07:36:00.964452+00', '2026-11-03 07:41:01.043633+00', '2026-11-03 07:44:01.118665+00', '2026-11-03 07:53:01.189498+00', NULL, '2026-11-03 07:56:01.308199+00', '2026-11-03 08:00:01.348902+00', '2026-11-03 08:00:01.370082+00', '155600', '2026-11-03 08:07:01.468802+00', '2026-11-10 14:07:01.687455+00', NULL, '', '0', '19', '2026-11-03 06:09:00.060771+00', '19'),
    ('18', 'RO-S03-261103-0006', '6', '3', '2827', '3012', '18', NULL, '170', '', '收到优惠，来做大保养', '9661', '', 'false', 'true', 'true', 'CLOSED', '已交车', '', '2026-11-03 09:30:00+00', '2026-11-03 09:30:00+00', '', NULL, '2026-11-03 06:16:00.251713+00', '2026-11-03 06:20:00.319441+00', '2026-11-03 06:23:00.248005+00', '2026-11-03 07:36:00.707465+00', '2026-11-03 07:41:00.767947+00', '2026-11-03 07:44:00.841861+00', '2026-11-03 07:53:00.987737+00', NULL, '2026-11-03 07:56:01.138771+00', '2026-11-03 08:00:01.180037+00', '2026-11-03 08:00:01.227002+00', '174400', '2026-11-03 08:07:01.291937+00', '2026-11-10 14:07:01.433744+00', NULL, '', '0', '19', '2026-11-03 06:09:00.089896+00', '19'),
    ('24', 'RO-S02-261113-0007', '7', '2', '5340', '5708', '29', NULL, '110', '', '早上打不着火', '45614', '', 'false', 'true', 'true', 'CLOSED', '已交车', '', '2026-11-13 09:00:00+00', '2026-11-13 09:00:00+00', '', NULL, '2026-11-13 07:16:00.201376+00', '2026-11-13 07:20:00.175378+00', '2026-11-13 07:23:00.083265+00', '2026-11-13 08:00:00.887018+00', '2026-11-13 08:05:01.107584+00', '2026-11-13 08:08:01.249039+00', '2026-11-13 08:17:01.315777+00', NULL, '2026-11-13 08:20:01.469437+00', '2026-11-13 08:24:01.534092+00', '2026-11-13 08:24:01.611535+00', '90000', '2026-11-13 08:31:01.70548+00', '2026-11-20 14:31:01.852923+00', NULL, '', '0', '23', '2026-11-13 07:09:00.025991+00', '23'),
    ('25', 'RO-S03-261113-0007', '7', '3', '2002', '2136', '30', NULL, '171', '', '刹车有点响', '13793', '', 'false', 'true', 'true', 'CLOSED', '已交车', '', '2026-11-13 10:15:00+00', '2026-11-13 10:15:00+00', '', NULL, '2026-11-13 07:46:00.150421+00', '2026-11-13 07:50:00.200142+00', '2026-11-13 07:53:00.134864+00', '2026-11-13 08:55:01.077951+00', '2026-11-13 09:00:01.153973+00', '2026-11-13 09:03:01.187469+00', '2026-11-13 09:12:01.247062+00', NULL, '2026-11-13 09:15:01.532266+00', '2026-11-13 09:19:01.643529+00', '2026-11-13 09:19:01.756964+00', '96800', '2026-11-13 09:26:01.839015+00', '2026-11-20 15:26:02.085311+00', NULL, '', '0', '23', '2026-11-13 07:39:00.055238+00', '23'),
    ('71', 'RO-S01-261120-0029', '29', '1', '3299', '3509', NULL, NULL, '37', '', '按项目做', '67266', '', 'true', 'true', 'false', 'IN_PROGRESS', '施工中', '', '2026-11-21 07:30:00+00', '2026-11-20 10:30:00+00', '等配件', NULL, '2026-11-20 08:13:00.167978+00', '2026-11-20 08:17:00.142206+00', '2026-11-20 08:20:00.14117+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '12', '2026-11-20 08:08:00.028576+00', '12'),
    ('75', 'RO-S03-261120-0022', '22', '3', '5678', '6067', NULL, NULL, '172', '', '按项目做', '30091', '', 'true', 'true', 'false', 'IN_PROGRESS', '施工中', '', '2026-11-21 07:30:00+00', '2026-11-20 11:00:00+00', '等配件', NULL, '2026-11-20 08:43:00.099256+00', '2026-11-20 08:47:00.198937+00', '2026-11-20 08:50:00.069887+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '12', '2026-11-20 08:38:00.026567+00', '12'),
    ('79', 'RO-S01-261121-0031', '31', '1', '5525', '5904', NULL, NULL, '35', '', '按项目做', '10477', '', 'false', 'true', 'false', 'PAID', '已付款', '', '2026-11-21 02:30:00+00', '2026-11-21 02:30:00+00', '', NULL, '2026-11-21 00:42:00.141509+00', '2026-11-21 00:46:00.212668+00', '2026-11-21 00:49:00.143647+00', '2026-11-21 01:12:00.699476+00', '2026-11-21 01:17:00.750324+00', '2026-11-21 01:20:00.807763+00', '2026-11-21 01:29:00.86067+00', NULL, '2026-11-21 01:32:01.033399+00', '2026-11-21 01:36:01.110766+00', '2026-11-21 01:36:01.208022+00', '12000', NULL, NULL, NULL, '', '0', '16', '2026-11-21 00:35:00.040799+00', '16'),
    ('80', 'RO-S02-261121-0025', '25', '2', '429', '461', NULL, NULL, '110', '', '按项目做', '10492', '', 'false', 'true', 'false', 'PAID', '已付款', '', '2026-11-21 02:30:00+00', '2026-11-21 02:30:00+00', '', NULL, '2026-11-21 00:42:00.176285+00', '2026-11-21 00:46:00.234833+00', '2026-11-21 00:49:00.13709+00', '2026-11-21 01:12:00.653417+00', '2026-11-21 01:17:00.753747+00', '2026-11-21 01:20:00.811895+00', '2026-11-21 01:29:00.852086+00', NULL, '2026-11-21 01:32:00.983429+00', '2026-11-21 01:36:01.073281+00', '2026-11-21 01:36:01.172174+00', '12000', NULL, NULL, NULL, '', '0', '16', '2026-11-21 00:35:00.035877+00', '16'),
    ('81', 'RO-S03-261121-0025', '25', '3', '2595', '2766', NULL, NULL, '172', '', '按项目做', '42452', '', 'false', 'true', 'false', 'PAID', '已付款', '', '2026-11-21 02:30:00+00', '2026-11-21 02:30:00+00', '', NULL, '2026-11-21 00:42:00.262147+00', '2026-11-21 00:46:00.308729+00', '2026-11-21 00:49:00.207283+00', '2026-11-21 01:12:00.395233+00', '2026-11-21 01:17:00.458748+00', '2026-11-21 01:20:00.523517+00', '2026-11-21 01:29:00.567317+00', NULL, '2026-11-21 01:32:00.746049+00', '2026-11-21 01:36:00.815485+00', '2026-11-21 01:36:00.883229+00', '12000', NULL, NULL, NULL, '', '0', '16', '2026-11-21 00:35:00.104046+00', '16'),
    ('94', 'RO-S01-261121-0036', '36', '1', '5177', '5532', NULL, NULL, '32', '', '按项目做', '54331', '', 'true', 'true', 'true', 'IN_PROGRESS', '质检复检中', '', '2026-11-21 02:45:00+00', '2026-11-21 02:45:00+00', '', NULL, '2026-11-21 00:44:00.209623+00', '2026-11-21 00:48:00.156809+00', '2026-11-21 00:51:00.095341+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '1', '15', '2026-11-21 00:39:00.053911+00', '15'),
    ('95', 'RO-S02-261121-0030', '30', '2', '5304', '5668', NULL, NULL, '108', '', '按项目做', '33133', '', 'true', 'true', 'true', 'IN_PROGRESS', '质检复检中', '', '2026-11-21 02:45:00+00', '2026-11-21 02:45:00+00', '', NULL, '2026-11-21 00:44:00.110074+00', '2026-11-21 00:48:00.152849+00', '2026-11-21 00:51:00.116024+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '1', '15', '2026-11-21 00:39:00.029145+00', '15'),
    ('97', 'RO-S01-261121-0037', '37', '1', '5066', '5415', '263', NULL, '33', '', '按项目做', '21280', '', 'true', 'true', 'false', 'IN_PROGRESS', '施工中', '', '2026-11-21 02:45:00+00', '2026-11-21 02:45:00+00', '', NULL, '2026-11-21 00:46:00.158136+00', '2026-11-21 00:50:00.120397+00', '2026-11-21 00:53:00.061001+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0', NULL, NULL, NULL, '', '0', '9', '2026-11-21 00:40:00.016208+00', '9');

INSERT INTO additional_work (id, state, version, hash, found_by, found_at, priced_by, sent_at, expires_at, decided_at, ended_at, repair_order_id) VALUES
    ('13', 'SENT', '2', '8d93411410e15df5549e9add5b38719eae6731e7a7b241305c6e4904b42857d4', '52', '2026-11-21 01:21:00.518319+00', '35', '2026-11-21 01:21:00.656567+00', '2026-11-21 01:51:00.656567+00', NULL, NULL, '101'),
    ('14', 'SENT', '2', '128a3be599607520944cc4702511d124050d8708aae9d4e6fda59e770603a9ad', '186', '2026-11-21 01:21:00.635501+00', '174', '2026-11-21 01:21:00.78987+00', '2026-11-21 01:51:00.78987+00', NULL, NULL, '103'),
    ('3', 'DECLINED', '2', '138a6233621b5ab49b574b6f837f2e6a4df3aac49abf22b1f5b066220208ff9f', '111', '2026-11-13 07:36:00.438442+00', '110', '2026-11-13 07:36:00.622739+00', '2026-11-13 08:06:00.622739+00', '2026-11-13 07:42:00.674878+00', '2026-11-13 07:42:00.674878+00', '24'),
    ('4', 'DECLINED', '2', '47805324a642e48e2a8355c31621fce688fe28b3715e2dd898c154c4a421d83b', '175', '2026-11-13 08:06:00.538722+00', '171', '2026-11-13 08:06:00.861617+00', '2026-11-13 08:36:00.861617+00', '2026-11-13 08:12:00.932294+00', '2026-11-13 08:12:00.932294+00', '25');

INSERT INTO bill (id, repair_order_id, store_id, customer_id, vehicle_id, appointment_id, made_by_id, payer, state, subtotal_fen, discount_fen, total_fen, paid_fen, refunded_fen, created_at, sent_at, confirmed_at, paid_at, version) VALUES
    ('17', '18', '3', '2827', '3012', '18', '170', 'CP', 'PAID', '194400', '20000', '174400', '174400', '0', '2026-11-03 07:56:01.12319+00', '2026-11-03 07:56:01.133654+00', '2026-11-03 08:00:01.17013+00', '2026-11-03 08:00:01.218023+00', '4'),
    ('18', '17', '2', '3579', '3812', '17', '110', 'CP', 'PAID', '175600', '20000', '155600', '155600', '0', '2026-11-03 07:56:01.217654+00', '2026-11-03 07:56:01.276033+00', '2026-11-03 08:00:01.347656+00', '2026-11-03 08:00:01.360224+00', '4'),
    ('63', '81', '3', '2595', '2766', NULL, '172', 'CP', 'PAID', '12000', '0', '12000', '12000', '0', '2026-11-21 01:32:00.659894+00', '2026-11-21 01:32:00.722218+00', '2026-11-21 01:36:00.810501+00', '2026-11-21 01:36:00.868998+00', '4'),
    ('64', '80', '2', '429', '461', NULL, '110', 'CP', 'PAID', '12000', '0', '12000', '12000', '0', '2026-11-21 01:32:00.915104+00', '2026-11-21 01:32:00.954637+00', '2026-11-21 01:36:01.052667+00', '2026-11-21 01:36:01.135345+00', '4'),
    ('65', '79', '1', '5525', '5904', NULL, '35', 'CP', 'PAID', '12000', '0', '12000', '12000', '0', '2026-11-21 01:32:00.968704+00', '2026-11-21 01:32:01.024785+00', '2026-11-21 01:36:01.080535+00', '2026-11-21 01:36:01.192468+00', '4');

INSERT INTO bill_discount (id, coupon_id, name, discount_fen, shares_fen, bill_id) VALUES
    ('17', '48', '老友回店200元', '20000', '{"1": 6420, "2": 13580}', '17'),
    ('18', '25', '老友回店200元', '20000', '{"1": 6560, "2": 13440}', '18');

INSERT INTO bill_refund_line (id, refund_id, line_no, amount_fen, is_done, bill_id) VALUES
    ('2', '2', '1', '6000', 'false', '64'),
    ('3', '3', '1', '6000', 'false', '63');

INSERT INTO estimate (id, version, hash, lines, owner_total_fen, promised_finish_at, state, made_by, made_at, sent_at, decided_at, decided_by, decided_how, evidence, evidence_note, repair_order_id, approved_by_id, goodwill_fen, goodwill_hash) VALUES
    ('132', '1', 'ea00e8e0383d214a7317484337eadf116b37100f2ed16f68c32cbd01c5eab7e5', '[{"name": "空调滤芯", "payer": "CP", "item_id": 9, "line_id": 187, "minutes": 15, "parts_fen": 19800, "labour_fen": 6400}]', '26200', '2026-11-21 03:15:00+00', 'SENT', '32', '2026-11-21 01:50:00.178375+00', '2026-11-21 01:50:00.2406+00', NULL, '', '', '', '', '134', NULL, '0', ''),
    ('133', '1', '58f4ebbbbea1420e82e96aeb10c716ef462e2104ef2b1143dea301da3ad4110e', '[{"name": "大保养", "payer": "CP", "item_id": 2, "line_id": 188, "minutes": 120, "parts_fen": 86600, "labour_fen": 48000}]', '134600', '2026-11-21 05:00:00+00', 'SENT', '170', '2026-11-21 01:50:00.194512+00', '2026-11-21 01:50:00.246259+00', NULL, '', '', '', '', '136', NULL, '0', '');

INSERT INTO hand_over (id, repair_order_id, store_id, customer_id, vehicle_id, advisor_id, state, handed_over, offered_at, left_at, confirmed_at, openid, disputed_at, dispute_reason, version, how_left, resolution, settled_at, settled_by_id) VALUES
    ('48', '80', '2', '429', '461', '110', 'AWAITING_OWNER', '钥匙、旧件（您选了不带走）、结算单', '2026-11-21 01:40:01.242098+00', '2026-11-21 01:40:01.242102+00', NULL, '', NULL, '', '1', 'key', '', NULL, NULL),
    ('49', '79', '1', '5525', '5904', '35', 'AWAITING_OWNER', '钥匙、旧件（您选了不带走）、结算单', '2026-11-21 01:40:01.350609+00', '2026-11-21 01:40:01.350613+00', NULL, '', NULL, '', '1', 'key', '', NULL, NULL);

INSERT INTO pre_inspection (id, energy_percent, valuables_reminded, covers_on, belongings, damages, photos, inspected_at, inspected_by, signed_at, signed_by, signature, repair_order_id) VALUES
    ('135', '35', 'true', 'true', '行车记录仪', '[]', '[{"key": "501b2a58f3e1bf7b105f907c8fee02c66c7bff6a62da8a741b2e04243fe68302.jpg", "position": "FRONT_LEFT"}, {"key": "696e19de0244e8665d4f16bd0fd99f4e68b925e5bcaa10a69845a69ef0d3938d.jpg", "position": "FRONT_RIGHT"}, {"key": "d9a940cf2496374bec8e7f36546879a75245fefc3018e58e59f027992108496f.jpg", "position": "REAR_LEFT"}, {"key": "33510210499d95db5d53595927d69e83e197c732317388b664527b47f1f93cfc.jpg", "position": "REAR_RIGHT"}, {"key": "5056dd91b9e04cd206841f4f2a34a58503ffb5a12273cd592e3098865aa9dd6d.jpg", "position": "DASHBOARD"}, {"key": "56b9efc2c0a816ff4e520820b6e85e7a5e9ec45d867d4f564404a1f8dadab2c8.jpg", "position": "INTERIOR"}]', '2026-11-21 01:48:00.183635+00', '105', '2026-11-21 01:48:00.227667+00', 'owner:2445', 'ba00c129e8983aa57983a0b97238397cce01f9e5669e860a493cb74eb6468b55.jpg', '137'),
    ('136', '35', 'true', 'true', '行车记录仪', '[]', '[{"key": "501b2a58f3e1bf7b105f907c8fee02c66c7bff6a62da8a741b2e04243fe68302.jpg", "position": "FRONT_LEFT"}, {"key": "696e19de0244e8665d4f16bd0fd99f4e68b925e5bcaa10a69845a69ef0d3938d.jpg", "position": "FRONT_RIGHT"}, {"key": "d9a940cf2496374bec8e7f36546879a75245fefc3018e58e59f027992108496f.jpg", "position": "REAR_LEFT"}, {"key": "33510210499d95db5d53595927d69e83e197c732317388b664527b47f1f93cfc.jpg", "position": "REAR_RIGHT"}, {"key": "5056dd91b9e04cd206841f4f2a34a58503ffb5a12273cd592e3098865aa9dd6d.jpg", "position": "DASHBOARD"}, {"key": "56b9efc2c0a816ff4e520820b6e85e7a5e9ec45d867d4f564404a1f8dadab2c8.jpg", "position": "INTERIOR"}]', '2026-11-21 01:49:00.128624+00', '33', '2026-11-21 01:49:00.207828+00', 'owner:4939', 'ba00c129e8983aa57983a0b97238397cce01f9e5669e860a493cb74eb6468b55.jpg', '139');

INSERT INTO promise_change (id, repair_order_id, old_at, new_at, reason, at, actor) VALUES
    ('12', '71', '2026-11-20 10:30:00+00', '2026-11-21 07:30:00+00', '等配件', '2026-11-20 08:23:00.361213+00', 'staff:70'),
    ('13', '75', '2026-11-20 11:00:00+00', '2026-11-21 07:30:00+00', '等配件', '2026-11-20 08:53:00.495781+00', 'staff:195');

INSERT INTO repair_event (id, number, node, kind, text, amount_fen, owner_text, media, changes, at, actor, actor_name, repair_order_id) VALUES
    ('1904', '15', 'N8', 'quality_failed', '质检没过 更换轮胎：右前轮螺丝扭力不够', NULL, '质检复检中', '[]', '{"gone": [], "facts": {"are_checks_ticked": false}, "lines": {"121": ["QC_FAIL", null]}, "state": "IN_PROGRESS"}', '2026-11-21 01:57:00.589579+00', 'staff:133', '贺欣轩', '95'),
    ('1905', '9', 'N5', 'work_started', '沈思华 开工 更换轮胎', NULL, '更换轮胎开工', '[{"key": "03854a7b08ec5fe55ac47002bdd24b73ad48ad8df3e9ae728588e54cc0a0688c.jpg", "label": "施工前"}]', '{"gone": [], "facts": {}, "lines": {"165": ["WORKING", null]}, "state": "IN_PROGRESS"}', '2026-11-21 02:00:00.240812+00', 'staff:47', '沈思华', '114');

INSERT INTO repair_line (id, item_id, name, payer, claim_number, labour_centihours, labour_fen, parts_fen, minutes, is_priced, bay_kind, is_maintenance, needs_road_test, part_number, source, additional_work_id, urgency, finding, photos, state, pause_reason, parts_expected_at, decided_at, decided_by, decided_how, evidence, evidence_note, authorised_version, authorised_fen, refusal_signature, technician_id, bay_id, planned_starts_at, planned_ends_at, started_at, finished_at, fail_count, repair_order_id) VALUES
    ('117', '13', '32 项检测', 'CP', '', '50', '12000', '0', '30', 'true', 'QUICK', 'false', 'false', '', 'estimate', NULL, NULL, '', '[]', 'QC_OK', NULL, NULL, '2026-11-21 00:49:00.142364+00', 'staff:35', 'paper', 'b529a1fe07b7a56f65ca7153cbded9a804e0756d007854f5241417c9540be9cb.jpg', '', '18a98102a9255f17932b9bfb04a0538ab6df06eaab4f5723c5a96d81e92d5c9c', '12000', '', '43', '4', '2026-11-21 00:52:00.284444+00', '2026-11-21 01:22:00.284444+00', '2026-11-21 00:54:00.465147+00', '2026-11-21 01:10:00.606705+00', '0', '79'),
    ('118', '13', '32 项检测', 'CP', '', '50', '12000', '0', '30', 'true', 'QUICK', 'false', 'false', '', 'estimate', NULL, NULL, '', '[]', 'QC_OK', NULL, NULL, '2026-11-21 00:49:00.131708+00', 'staff:110', 'paper', 'b529a1fe07b7a56f65ca7153cbded9a804e0756d007854f5241417c9540be9cb.jpg', '', '7c4e3e705c5a44f3b6f5f94ec1f231b48596fbd5dc4c2e72b686ee2be4cc6f80', '12000', '', '113', '22', '2026-11-21 00:52:00.316282+00', '2026-11-21 01:22:00.316282+00', '2026-11-21 00:54:00.560696+00', '2026-11-21 01:10:00.611587+00', '0', '80'),
    ('120', '13', '32 项检测', 'CP', '', '50', '12000', '0', '30', 'true', 'QUICK', 'false', 'false', '', 'estimate', NULL, NULL, '', '[]', 'QC_OK', NULL, NULL, '2026-11-21 00:49:00.197651+00', 'staff:172', 'paper', 'b529a1fe07b7a56f65ca7153cbded9a804e0756d007854f5241417c9540be9cb.jpg', '', 'fe12c08bfc8bb9d572d7e715e860754fa1f63dd9eb117f06f00885539360159b', '12000', '', '177', '34', '2026-11-21 00:52:00.256469+00', '2026-11-21 01:22:00.256469+00', '2026-11-21 00:54:00.326416+00', '2026-11-21 01:10:00.348811+00', '0', '81'),
    ('121', '8', '更换轮胎', 'CP', '', '40', '9600', '62000', '30', 'true', 'QUICK', 'false', 'false', 'TYRE', 'estimate', NULL, NULL, '', '[]', 'QC_FAIL', NULL, NULL, '2026-11-21 00:51:00.100941+00', 'staff:108', 'paper', 'b529a1fe07b7a56f65ca7153cbded9a804e0756d007854f5241417c9540be9cb.jpg', '', 'f362862fdd9b8f5786f567961b2a4565b3eb74760a7b34667b0bb07216b8380e', '71600', '', '114', '23', '2026-11-21 01:24:00.159875+00', '2026-11-21 01:54:00.159875+00', '2026-11-21 01:24:00.191086+00', '2026-11-21 01:40:00.285364+00', '1', '95'),
    ('128', '8', '更换轮胎', 'CP', '', '40', '9600', '62000', '30', 'true', 'QUICK', 'false', 'false', 'TYRE', 'estimate', NULL, NULL, '', '[]', 'QC_FAIL', NULL, NULL, '2026-11-21 00:51:00.091821+00', 'owner:5177', 'mini_program', '859c54a11f8bb54270dba3e13fe99b413de84af397b0da931eda7aa6477b496c.jpg', '', '2f4e3f15a3d347a1b9d8196ad69a8b85eed0e1793957f47340a8201b2bca02e3', '71600', '', '46', '7', '2026-11-21 00:54:00.265575+00', '2026-11-21 01:24:00.265575+00', '2026-11-21 00:56:00.833951+00', '2026-11-21 01:12:00.947064+00', '1', '94'),
    ('135', '12', '空调清洗', 'CP', '', '60', '14400', '12000', '40', 'true', 'QUICK', 'false', 'false', 'AC-CLEAN', 'estimate', NULL, NULL, '', '[]', 'WORKING', NULL, NULL, '2026-11-21 00:53:00.060005+00', 'owner:5066', 'mini_program', 'e801dd9346c9a2b1b2546eb08db12fcfe445b43fd03396e917a0a40de63bb08e.jpg', '', '16cd1579b5554f05e080a0b7f3e6f928ff4c59b1e42a5014bd46219955a2b2d3', '26400', '', '49', '9', '2026-11-21 01:56:00.122389+00', '2026-11-21 02:36:00.122389+00', '2026-11-21 01:56:00.168358+00', NULL, '0', '97'),
    ('165', '8', '更换轮胎', 'CP', '', '40', '12800', '62000', '30', 'true', 'EV', 'false', 'false', 'TYRE', 'estimate', NULL, NULL, '', '[]', 'WORKING', NULL, NULL, '2026-11-21 01:27:00.119509+00', 'owner:4058', 'mini_program', '3ecad30448e4322de67fd2481b09c0046afbcedc6327b0e05782f9650334de07.jpg', '', 'd7a7d7777610480b8f5e4c9805a7a88522f5fc60cd38775fea561839bdf09f0f', '74800', '', '47', '13', '2026-11-21 02:00:00.206087+00', '2026-11-21 02:30:00.206087+00', '2026-11-21 02:00:00.239869+00', NULL, '0', '114'),
    ('187', '9', '空调滤芯', 'CP', '', '20', '6400', '19800', '15', 'true', 'EV', 'false', 'false', 'FILTER-C', 'estimate', NULL, NULL, '', '[]', 'PROPOSED', NULL, NULL, NULL, '', '', '', '', '', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '0', '134'),
    ('188', '2', '大保养', 'CP', '', '200', '48000', '86600', '120', 'true', 'GENERAL', 'true', 'false', 'OIL-KIT', 'estimate', NULL, NULL, '', '[]', 'PROPOSED', NULL, NULL, NULL, '', '', '', '', '', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '0', '136'),
    ('20', '2', '大保养', 'CP', '', '240', '57600', '118000', '120', 'true', 'GENERAL', 'true', 'false', 'OIL-KIT', 'estimate', NULL, NULL, '', '[]', 'QC_OK', NULL, NULL, '2026-11-03 06:23:00.119003+00', 'owner:3579', 'mini_program', 'e99b3a840667a3591fe1877a1af9a5234ab9e05e681404e4beb010f12d2913e8.jpg', '', '20c57df188e14bddf293d295de5ef927070526ca11dd0f29f4642834abbc0bdd', '175600', '', '111', '20', '2026-11-03 06:26:00.350616+00', '2026-11-03 08:26:00.350616+00', '2026-11-03 06:28:00.860172+00', '2026-11-03 07:34:00.924434+00', '0', '17'),
    ('22', '2', '大保养', 'CP', '', '260', '62400', '132000', '120', 'true', 'GENERAL', 'true', 'false', 'OIL-KIT', 'estimate', NULL, NULL, '', '[]', 'QC_OK', NULL, NULL, '2026-11-03 06:23:00.243186+00', 'owner:2827', 'mini_program', 'e99b3a840667a3591fe1877a1af9a5234ab9e05e681404e4beb010f12d2913e8.jpg', '', '91c289242702f0e866b33ee36ec806e5212c59cfb74d2292bb2795825779c810', '194400', '', '175', '33', '2026-11-03 06:26:00.200873+00', '2026-11-03 08:26:00.200873+00', '2026-11-03 06:28:00.518162+00', '2026-11-03 07:34:00.638407+00', '0', '18'),
    ('33', '5', '前刹车片', 'CP', '', '120', '28800', '68000', '75', 'true', 'QUICK', 'false', 'true', 'PAD-F', 'additional_work', '3', 'RED', '前刹车片剩 1.8 毫米', '[{"key": "04fa15aa52f4f0f86f1e71bc83c76ee51bf8f5a3a5c52dca9700e26745ce1566.jpg", "label": "发现"}]', 'DECLINED', NULL, NULL, '2026-11-13 07:42:00.672174+00', 'owner:5340', 'mini_program', '66ac1d60cea0017206c8521d129229c320aa61bbf162c2166c19a2134c3167a6.jpg', '', '', NULL, '66ac1d60cea0017206c8521d129229c320aa61bbf162c2166c19a2134c3167a6.jpg', NULL, NULL, NULL, NULL, NULL, NULL, '0', '24'),
    ('35', '5', '前刹车片', 'CP', '', '120', '28800', '68000', '75', 'true', 'QUICK', 'false', 'true', 'PAD-F', 'additional_work', '4', 'RED', '前刹车片剩 1.8 毫米', '[{"key": "04fa15aa52f4f0f86f1e71bc83c76ee51bf8f5a3a5c52dca9700e26745ce1566.jpg", "label": "发现"}]', 'DECLINED', NULL, NULL, '2026-11-13 08:12:00.929817+00', 'owner:2002', 'mini_program', '66ac1d60cea0017206c8521d129229c320aa61bbf162c2166c19a2134c3167a6.jpg', '', '', NULL, '66ac1d60cea0017206c8521d129229c320aa61bbf162c2166c19a2134c3167a6.jpg', NULL, NULL, NULL, NULL, NULL, NULL, '0', '25');

INSERT INTO bill_line (id, line_no, repair_line_id, kind, name, item_code, amount_fen, discount_fen, authorised_version, authorised_at, bill_id) VALUES
    ('320', '1', '120', 'LABOUR', '32 项检测', 'CHECK-32', '12000', '0', 'fe12c08bfc8bb9d572d7e715e860754fa1f63dd9eb117f06f00885539360159b', '2026-11-21 00:49:00.197651+00', '63'),
    ('322', '1', '118', 'LABOUR', '32 项检测', 'CHECK-32', '12000', '0', '7c4e3e705c5a44f3b6f5f94ec1f231b48596fbd5dc4c2e72b686ee2be4cc6f80', '2026-11-21 00:49:00.131708+00', '64'),
    ('324', '1', '117', 'LABOUR', '32 项检测', 'CHECK-32', '12000', '0', '18a98102a9255f17932b9bfb04a0538ab6df06eaab4f5723c5a96d81e92d5c9c', '2026-11-21 00:49:00.142364+00', '65'),
    ('83', '1', '22', 'LABOUR', '大保养', 'MAINT-L', '62400', '6420', '91c289242702f0e866b33ee36ec806e5212c59cfb74d2292bb2795825779c810', '2026-11-03 06:23:00.243186+00', '17'),
    ('84', '2', '22', 'PARTS', '大保养', 'MAINT-L', '132000', '13580', '91c289242702f0e866b33ee36ec806e5212c59cfb74d2292bb2795825779c810', '2026-11-03 06:23:00.243186+00', '17'),
    ('87', '1', '20', 'LABOUR', '大保养', 'MAINT-L', '57600', '6560', '20c57df188e14bddf293d295de5ef927070526ca11dd0f29f4642834abbc0bdd', '2026-11-03 06:23:00.119003+00', '18'),
    ('88', '2', '20', 'PARTS', '大保养', 'MAINT-L', '118000', '13440', '20c57df188e14bddf293d295de5ef927070526ca11dd0f29f4642834abbc0bdd', '2026-11-03 06:23:00.119003+00', '18');

INSERT INTO declined_work (id, repair_order_id, line_id, store_id, customer_id, vehicle_id, name, finding, urgency, price_fen, declined_at, follow_up_on) VALUES
    ('3', '24', '33', '2', '5340', '5708', '前刹车片', '前刹车片剩 1.8 毫米', 'RED', '96800', '2026-11-13 07:42:00.672204+00', '2026-11-16'),
    ('4', '25', '35', '3', '2002', '2136', '前刹车片', '前刹车片剩 1.8 毫米', 'RED', '96800', '2026-11-13 08:12:00.929853+00', '2026-11-16');

INSERT INTO quality_check (id, repair_order_id, line_id, inspector_id, technician_id, has_passed, reason, checklist, was_road_tested, photos, at) VALUES
    ('98', '94', '128', '68', '46', 'false', '右前轮螺丝扭力不够', '["螺丝扭力"]', 'false', '[{"key": "b62588efdb1676efade0bcc4896afe4a849187f8f1b7a8bdf26da8a1c7bd035b.jpg", "label": "没过"}]', '2026-11-21 01:39:00.769251+00'),
    ('99', '95', '121', '133', '114', 'false', '右前轮螺丝扭力不够', '["螺丝扭力"]', 'false', '[{"key": "b62588efdb1676efade0bcc4896afe4a849187f8f1b7a8bdf26da8a1c7bd035b.jpg", "label": "没过"}]', '2026-11-21 01:57:00.578074+00');

INSERT INTO service_visit (id, customer_id, store_id, repair_order_id, visited_on, km, summary, is_maintenance, paid_fen, vehicle_id, is_real_work) VALUES
    ('13838', '1989', '3', '42', '2026-11-20', '35652', '更换轮胎', 'false', '74800', '2123', 'true'),
    ('13839', '1446', '1', '39', '2026-11-20', '20735', '小保养、32 项检测', 'true', '75800', '1543', 'true');

INSERT INTO survey (id, repair_order_id, store_id, customer_id, vehicle_id, advisor_id, state, openid, delivered_at, send_at, sent_at, opened_at, submitted_at, expires_at, answers, score, version) VALUES
    ('36', '42', '3', '1989', '2123', '170', 'SCHEDULED', '', '2026-11-20 02:36:01.812096+00', '2026-11-21 02:36:01.812096+00', NULL, NULL, NULL, NULL, '{}', NULL, '1'),
    ('37', '39', '1', '1446', '1543', '35', 'SCHEDULED', '', '2026-11-20 02:51:01.944659+00', '2026-11-21 02:51:01.944659+00', NULL, NULL, NULL, NULL, '{}', NULL, '1');

INSERT INTO time_entry (id, repair_order_id, line_id, technician_id, started_at, ended_at, is_rework) VALUES
    ('153', '97', '135', '49', '2026-11-21 01:56:00.160448+00', NULL, 'false'),
    ('156', '114', '165', '47', '2026-11-21 02:00:00.23894+00', NULL, 'false');

-- Of the tables the seed leaves empty, one row each.
INSERT INTO approval_delegation (approver_id, delegate_id, from_on, until_on, created_at) VALUES
    ((SELECT min(id) FROM staff), (SELECT max(id) FROM staff), '2026-11-20', '2026-11-27', '2026-11-20 01:00:00+00');
INSERT INTO claim_ticket (token, customer_id, contact_way_id, coupon_template_id, coupon_name, issued_at) VALUES
    ('t-0001', (SELECT min(id) FROM customer), (SELECT min(id) FROM contact_way),
     (SELECT min(id) FROM coupon_template), '老友回店200元', '2026-11-20 01:00:00+00');
INSERT INTO customer_merge (kept_id, merged_id, reason, moved, at, actor) VALUES
    ((SELECT min(id) FROM customer), (SELECT max(id) FROM customer), '同一手机号', '{"vehicle": [1]}', '2026-11-20 01:00:00+00', 'system');
INSERT INTO idempotent_answer (actor, key, fingerprint, status, body, created_at) VALUES
    ('owner:5989', 'k-1', 'f', 200, '{}', '2026-11-20 01:00:00+00');
INSERT INTO inbox_message (source, dedupe_key, event, body, received_at, outcome, waits_for) VALUES
    ('wecom', 'd-1', 'change_external_contact', '<xml/>', '2026-11-20 01:00:00+00', '', '');
INSERT INTO lost_call (batch_id, message_id, asked_at, created_at) VALUES
    ((SELECT min(id) FROM send_batch), 'm-1', '2026-11-20 01:00:00+00', '2026-11-20 01:00:00+00');
INSERT INTO mini_program_push (dedupe_key, event, body, outcome, taken_at) VALUES
    ('d-1', 'subscribe_msg_popup_event', '{}', 'ignored', '2026-11-20 01:00:00+00');
INSERT INTO outside_movement (kind, platform_number, out_trade_no, out_refund_no, status, found_by, found_at,
    settled_reason, version) VALUES
    ('PAYMENT', '4200001', 'unknown-1', '', 'SUCCESS', 'notice', '2026-11-20 01:00:00+00', '', 1);
INSERT INTO payment_notice (notice_id, event_type, number, resource, received_at, outcome) VALUES
    ('n-1', 'TRANSACTION.SUCCESS', 'C-1', '{}', '2026-11-20 01:00:00+00', '');
INSERT INTO phone_call (message_id, customer_id, store_id, staff_id, called_at, note) VALUES
    ((SELECT min(id) FROM message), (SELECT min(id) FROM customer), (SELECT min(id) FROM store), (SELECT min(id) FROM staff), '2026-11-20 01:00:00+00', '已电话告知');
INSERT INTO platform_media (name, media_id, expires_at) VALUES ('cover', 'media-1', '2026-11-23 01:00:00+00');
INSERT INTO session (id, kind, subject_id, openid, created_at, expires_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 'staff', (SELECT min(id) FROM staff), '', '2026-11-20 01:00:00+00', '2026-11-20 13:00:00+00');
INSERT INTO follow_up (contact, body, next_at, at, customer_id, staff_id, keeper_id) VALUES
    ('CALL', '下周再联系', '2026-11-27 01:00:00+00', '2026-11-20 01:00:00+00', (SELECT min(id) FROM customer), (SELECT min(id) FROM staff), (SELECT min(id) FROM staff));
INSERT INTO proposed_phone (phone, proposed_at, is_accepted, customer_id, staff_id) VALUES
    ('13812340000', '2026-11-20 01:00:00+00', false, (SELECT min(id) FROM customer), (SELECT min(id) FROM staff));
INSERT INTO source_touch (source, detail, at, customer_id) VALUES ('WECOM', '', '2026-11-20 01:00:00+00', (SELECT min(id) FROM customer));
INSERT INTO store_closure (day, reason, store_id) VALUES ('2027-02-06', '春节', (SELECT min(id) FROM store));
INSERT INTO subscribe_allowance (openid, template, remaining, always_rejects) VALUES
    ('oM-1', 'appointment_confirmed', 1, false);
INSERT INTO tick (name, due_at, started_at) VALUES ('owed.sweep', '2026-11-20 01:00:00+00', '2026-11-20 01:00:01+00');
INSERT INTO unread (kind, key, since) VALUES ('tags', 'corp', '2026-11-20 01:00:00+00');
