"""客户: one person or company, however many platforms, phones and cars they have with us.

Words

* **customer** 客户: one row for one person. **identity**: a name a platform has for them: external_userid (a WeCom
  friend), openid (mini program), unionid (WeChat, ties the two together), phone (a family may share one).
* **friendship** 好友关系: they and a staff member are WeCom friends; it may end from either side and begin again.
* **consultant** 销售顾问 owns them for sales, **advisor** 服务顾问 for service; **home store** 归属门店.
* **touch** 来源: one contact with one source; the first source never changes.
* **consent** 同意: a line of the ledger for one purpose; asked for one by one, never bundled, withdrawn at any time.
* **merge** 合并: two rows were one person. Reversible, audited; rows of other packages move with it.
* **follow-up** 跟进: a contact that was had; with a next time it is due, on its keeper's list, until it is done.
* **dormancy** 沉睡 and **RFM**: how asleep and how valuable they are, always with the sum behind it.

Verbs, by ability: `friendships` (befriend, unfriend), `identities` (identify, link_phone), `merging` (merge,
undo_merge), `consents` (give_consent, withdraw_consent, stop_marketing, resume_marketing), `following_up`
(log_follow_up, postpone, drop), `service` (edit, assign, reveal_phone, record_visit), `contact_ways` (the platform side
of a scanned code). `listing`, `queries` and `timeline` read.
"""
