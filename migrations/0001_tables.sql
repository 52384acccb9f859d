-- Every table, with what it may hold. Grouped by the room whose models.py describes it.

CREATE FUNCTION search_parts(text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT array_to_tsvector(array(
        SELECT DISTINCT substr(s, n, 20) FROM upper(translate(normalize(left($1, 50), NFKC),
            U&' .,-_()[]{}/~''"`\00b7\2022\2027\2219\22c5\3001\3002\2010\2011\2012\2013\2014\2015\2212\30fc' ||
            U&'\2043\2500\2501\2018\2019\201c\201d\02b9\02bc\3008\3009\300a\300b\300c\300d\300e\300f' ||
            U&'\3010\3011\3014\3015\3016\3017', '')) AS s,
        generate_series(1, length(s)) AS n))
$function$;

-- ---- foundation ------------------------------------------------------------

-- How far business time is ahead of real time; one row, demo and tests only.
CREATE TABLE clock_offset (
    id serial PRIMARY KEY,
    offset_seconds double precision NOT NULL,
    CONSTRAINT clock_offset_one_row CHECK (id = 1)
);

-- A fact, written in the transaction that made it true; never changed.
CREATE TABLE event (
    id bigserial PRIMARY KEY,
    name varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    actor varchar(80) NOT NULL,
    customer_id bigint,
    store_id bigint,
    subject varchar(80) NOT NULL,
    sentence text NOT NULL,
    payload jsonb NOT NULL
);
CREATE INDEX idx_event_custome_578323 ON event (customer_id, id);
CREATE INDEX idx_event_subject_9cca7c ON event (subject, id);

-- The answer given to one intent of one actor; a repeated POST gets it again.
CREATE TABLE idempotent_answer (
    id bigserial PRIMARY KEY,
    actor varchar(80) NOT NULL,
    key varchar(80) NOT NULL,
    fingerprint varchar(64) NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT uid_idempotent__actor_ca0525 UNIQUE (actor, key)
);
CREATE INDEX idx_idempotent__created_13754a ON idempotent_answer (created_at);

-- A line of the timetable that has been started for one due time; makes two schedulers harmless.
CREATE TABLE tick (
    id bigserial PRIMARY KEY,
    name varchar(80) NOT NULL,
    due_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    CONSTRAINT uid_tick_name_a40a21 UNIQUE (name, due_at)
);

-- ---- crm_core/dealerships ------------------------------------------------------------

-- Who did or saw what; append-only and hash-chained, so that a missing line shows.
CREATE TABLE audit_entry (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    actor varchar(80) NOT NULL,
    action varchar(60) NOT NULL,
    subject varchar(80) NOT NULL,
    reason varchar(200) NOT NULL,
    details jsonb NOT NULL,
    previous_hash varchar(64) NOT NULL,
    hash varchar(64) NOT NULL,
    CONSTRAINT audit_entry_chain UNIQUE (previous_hash)
);
CREATE INDEX idx_audit_entry_actor_e7f429 ON audit_entry (actor, action, at);

-- One row `demo` once invented people were written: from then on no real platform may be called.
CREATE TABLE data_origin (
    id serial PRIMARY KEY,
    kind varchar(10) NOT NULL,
    CONSTRAINT data_origin_one_row CHECK (id = 1 AND kind = 'demo')
);

-- 大区.
CREATE TABLE region (
    id bigserial PRIMARY KEY,
    name varchar(40) NOT NULL UNIQUE
);

-- 门店: a place that sells and services cars, with its own hours, rates and switches.
CREATE TABLE store (
    id bigserial PRIMARY KEY,
    code varchar(8) NOT NULL UNIQUE,
    name varchar(40) NOT NULL,
    short_name varchar(10) NOT NULL,
    city varchar(20) NOT NULL,
    opens_minute integer NOT NULL,
    closes_minute integer NOT NULL,
    last_slot_minute integer NOT NULL,
    labour_rate_fen bigint NOT NULL,
    body_rate_fen bigint NOT NULL,
    ev_rate_fen bigint NOT NULL,
    confirms_automatically boolean NOT NULL,
    phone varchar(20) NOT NULL,
    address varchar(120) NOT NULL,
    is_live boolean NOT NULL,
    region_id bigint NOT NULL REFERENCES region(id) ON DELETE CASCADE
);

-- An employee; `userid` is WeCom's, kept in lower case because the platform ignores case.
CREATE TABLE staff (
    id bigserial PRIMARY KEY,
    userid varchar(64) NOT NULL UNIQUE,
    name varchar(20) NOT NULL,
    title varchar(40) NOT NULL,
    skills jsonb NOT NULL,
    is_active boolean NOT NULL,
    store_id bigint REFERENCES store(id) ON DELETE CASCADE,
    directory_at timestamptz,
    CONSTRAINT staff_userid_lower CHECK (userid = lower(userid))
);

-- 工位.
CREATE TABLE bay (
    id bigserial PRIMARY KEY,
    name varchar(8) NOT NULL,
    kind varchar(10) NOT NULL,
    is_active boolean NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id) ON DELETE CASCADE,
    CONSTRAINT uid_bay_store_i_967554 UNIQUE (store_id, name)
);

-- A signed-in staff member or owner; revoking it ends the token.
CREATE TABLE session (
    id uuid PRIMARY KEY,
    kind varchar(8) NOT NULL,
    subject_id bigint NOT NULL,
    openid varchar(64) NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT session_kind CHECK (kind IN ('staff', 'owner'))
);
CREATE INDEX idx_session_kind_f2a6f5 ON session (kind, subject_id);

-- A role held in a store, a region or the whole group.
CREATE TABLE staff_role (
    id bigserial PRIMARY KEY,
    role varchar(4) NOT NULL,
    region_id bigint REFERENCES region(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    store_id bigint REFERENCES store(id) ON DELETE CASCADE
);
CREATE INDEX idx_staff_role_staff_i_415409 ON staff_role (staff_id);
CREATE INDEX idx_staff_role_store_i_93c527 ON staff_role (store_id, role);

-- A day a store is shut, against its weekly hours.
CREATE TABLE store_closure (
    id bigserial PRIMARY KEY,
    day date NOT NULL,
    reason varchar(40) NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id) ON DELETE CASCADE,
    CONSTRAINT uid_store_closu_store_i_603a01 UNIQUE (store_id, day)
);

-- WeCom has something new to read that no other row stands for; gone once it was read.
CREATE TABLE unread (
    id bigserial PRIMARY KEY,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    kind varchar(20) NOT NULL,
    key varchar(64) NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT uid_unread_kind_62c73d UNIQUE (kind, key)
);

-- ---- crm_core/policies ------------------------------------------------------------

-- A rule's new value and from when it holds. A row is only ever added, and taken back before its moment.
CREATE TABLE policy_change (
    id bigserial PRIMARY KEY,
    policy varchar(40) NOT NULL,
    field varchar(60) NOT NULL,
    number integer NOT NULL,
    value text,
    effective_from timestamptz NOT NULL,
    reason varchar(200) NOT NULL,
    changed_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_reason varchar(200) NOT NULL,
    changed_by_id bigint NOT NULL REFERENCES staff(id) ON DELETE RESTRICT,
    store_id bigint REFERENCES store(id) ON DELETE RESTRICT,
    withdrawn_by_id bigint REFERENCES staff(id) ON DELETE RESTRICT,
    CONSTRAINT policy_change_not_backdated CHECK (effective_from >= changed_at),
    CONSTRAINT policy_change_says_why CHECK (reason <> ''),
    CONSTRAINT policy_change_withdrawn_before_its_moment CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = (withdrawn_reason = '') AND (withdrawn_at IS NULL
         OR withdrawn_at < effective_from))
);
CREATE INDEX idx_policy_chan_policy_5a8bfb ON policy_change (policy, field, store_id);
CREATE UNIQUE INDEX policy_change_numbered ON policy_change (policy, field, COALESCE(store_id, (0)), number);

-- ---- crm_core/customers ------------------------------------------------------------

-- 客户: a person or company, however many identities, cars and friends among our staff it has.
CREATE TABLE customer (
    id bigserial PRIMARY KEY,
    name varchar(50) NOT NULL,
    phone varchar(16),
    phone_verified_at timestamptz,
    is_phone_usable boolean NOT NULL,
    first_source varchar(20) NOT NULL,
    tags jsonb NOT NULL,
    last_visit_on date,
    visit_count integer NOT NULL,
    spend_fen bigint NOT NULL,
    spend_24_months_fen bigint NOT NULL,
    next_service_due_on date,
    gone_reason varchar(20) NOT NULL,
    marketing_stopped_at timestamptz,
    complaint_until date,
    merged_into_id bigint REFERENCES customer(id),
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    advisor_id bigint REFERENCES staff(id) ON DELETE CASCADE,
    consultant_id bigint REFERENCES staff(id) ON DELETE CASCADE,
    home_store_id bigint REFERENCES store(id) ON DELETE CASCADE,
    nickname varchar(50),
    CONSTRAINT customer_has_a_name CHECK (name <> ''),
    CONSTRAINT customer_not_into_itself CHECK (merged_into_id <> id),
    CONSTRAINT customer_phone_kept_form CHECK (phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$' AND phone !~ '^[+]86'),
    CONSTRAINT customer_totals CHECK (spend_fen >= 0 AND visit_count >= 0)
);
CREATE INDEX customer_name_parts ON customer USING gin (search_parts(name));
CREATE INDEX customer_nickname_parts ON customer USING gin (search_parts(nickname)) WHERE nickname IS NOT NULL;
CREATE INDEX customer_phone_tail ON customer ("right"(phone, 4));
CREATE INDEX idx_customer_consult_50c616 ON customer (consultant_id);
CREATE INDEX idx_customer_home_st_9df1c1 ON customer (home_store_id, last_visit_on);
CREATE INDEX idx_customer_name_0aae8f ON customer (name);
CREATE INDEX idx_customer_phone_8f0dcc ON customer (phone);

-- A line of the consent ledger: given, and perhaps withdrawn; never edited otherwise.
CREATE TABLE consent (
    id bigserial PRIMARY KEY,
    purpose varchar(20) NOT NULL,
    text_version varchar(20) NOT NULL,
    given_at timestamptz NOT NULL,
    how varchar(40) NOT NULL,
    evidence jsonb NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_how varchar(40) NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX consent_one_live ON consent (customer_id, purpose) WHERE withdrawn_at IS NULL;

-- Two records were one person; what moved is kept so that it can be undone.
CREATE TABLE customer_merge (
    id bigserial PRIMARY KEY,
    kept_id bigint NOT NULL REFERENCES customer(id),
    merged_id bigint NOT NULL REFERENCES customer(id),
    reason varchar(40) NOT NULL,
    moved jsonb NOT NULL,
    at timestamptz NOT NULL,
    actor varchar(80) NOT NULL,
    undone_at timestamptz
);
CREATE INDEX idx_customer_me_kept_id_31973d ON customer_merge (kept_id);
CREATE INDEX idx_customer_me_merged__906cd7 ON customer_merge (merged_id);

-- 跟进: a logged contact with its result and the next time.
CREATE TABLE follow_up (
    id bigserial PRIMARY KEY,
    contact varchar(10) NOT NULL,
    body varchar(500) NOT NULL,
    next_at timestamptz,
    at timestamptz NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    done_at timestamptz,
    keeper_id bigint REFERENCES staff(id),
    CONSTRAINT follow_up_done_was_due CHECK (done_at IS NULL OR next_at IS NOT NULL),
    CONSTRAINT follow_up_due_has_keeper CHECK ((next_at IS NULL) = (keeper_id IS NULL))
);
CREATE INDEX idx_follow_up_custome_52d505 ON follow_up (customer_id, at);
CREATE INDEX idx_follow_up_keeper__708d97 ON follow_up (keeper_id, next_at);

-- A customer is (or was) a WeCom friend of a staff member.
CREATE TABLE friendship (
    id bigserial PRIMARY KEY,
    external_userid varchar(64) NOT NULL,
    add_way integer NOT NULL,
    state varchar(64) NOT NULL,
    since timestamptz NOT NULL,
    last_added_at timestamptz,
    last_ended_at timestamptz,
    last_chatted_at timestamptz,
    ended_at timestamptz,
    ended_by varchar(10) NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    corp_tags jsonb NOT NULL DEFAULT '{}'::jsonb,
    remark varchar(64) NOT NULL DEFAULT '',
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    unread_since timestamptz,
    CONSTRAINT uid_friendship_staff_i_7d59b9 UNIQUE (staff_id, external_userid)
);
CREATE INDEX friendship_unread ON friendship (external_userid) WHERE unread_since IS NOT NULL;
CREATE INDEX idx_friendship_custome_468a01 ON friendship (customer_id);
CREATE INDEX idx_friendship_externa_d14ad5 ON friendship (external_userid);

-- One name a platform has for a customer; a platform's name belongs to one customer only.
CREATE TABLE identity (
    id bigserial PRIMARY KEY,
    kind varchar(16) NOT NULL,
    value varchar(64) NOT NULL,
    created_at timestamptz NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    CONSTRAINT identity_once UNIQUE (customer_id, kind, value)
);
CREATE UNIQUE INDEX identity_one_person ON identity (kind, value) WHERE kind <> 'PHONE';
CREATE INDEX idx_identity_custome_dd41b2 ON identity (customer_id);
CREATE INDEX idx_identity_kind_81d689 ON identity (kind, value);

-- A number a member noted in WeCom beside the one on file: a proposal until a colleague decides.
CREATE TABLE proposed_phone (
    id bigserial PRIMARY KEY,
    phone varchar(16) NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by_id bigint REFERENCES staff(id),
    is_accepted boolean NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE,
    staff_id bigint NOT NULL REFERENCES staff(id) ON DELETE CASCADE,
    CONSTRAINT proposed_phone_decided CHECK (decided_at IS NOT NULL OR NOT is_accepted),
    CONSTRAINT proposed_phone_form CHECK (phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$'),
    CONSTRAINT uid_proposed_ph_custome_3b60a1 UNIQUE (customer_id, phone)
);

-- One contact of a customer with one source; all are kept, the first one decides `first_source`.
CREATE TABLE source_touch (
    id bigserial PRIMARY KEY,
    source varchar(20) NOT NULL,
    detail varchar(80) NOT NULL,
    at timestamptz NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id) ON DELETE CASCADE
);
CREATE INDEX idx_source_touc_custome_13e2fa ON source_touch (customer_id, at);

-- ---- crm_core/vehicles ------------------------------------------------------------

-- A trim of the catalogue, with its maker's service intervals.
CREATE TABLE vehicle_model (
    id bigserial PRIMARY KEY,
    code varchar(20) NOT NULL UNIQUE,
    series varchar(20) NOT NULL,
    trim varchar(40) NOT NULL,
    powertrain varchar(8) NOT NULL,
    guide_price_fen bigint NOT NULL,
    first_interval_km integer NOT NULL,
    first_interval_months integer NOT NULL,
    interval_km integer NOT NULL,
    interval_months integer NOT NULL
);

-- A car; VIN is the key, the plate is an attribute that moves.
CREATE TABLE vehicle (
    id bigserial PRIMARY KEY,
    vin varchar(17) NOT NULL UNIQUE,
    plate varchar(10) NOT NULL,
    home_store_id bigint REFERENCES store(id),
    delivered_on date,
    mileage_km integer NOT NULL,
    mileage_on date,
    last_service_on date,
    next_service_due_on date,
    insurance_ends_on date,
    gone_reason varchar(20) NOT NULL,
    model_id bigint NOT NULL REFERENCES vehicle_model(id) ON DELETE CASCADE,
    CONSTRAINT vehicle_mileage CHECK (mileage_km BETWEEN 0 AND 999999),
    CONSTRAINT vehicle_vin_upper CHECK (vin = upper(vin))
);
CREATE INDEX idx_vehicle_model_i_b8b072 ON vehicle (model_id, insurance_ends_on);
CREATE INDEX idx_vehicle_plate_22fa44 ON vehicle (plate);
CREATE INDEX vehicle_plate_parts ON vehicle USING gin (search_parts(plate)) WHERE plate <> '';
CREATE INDEX vehicle_vin_tail ON vehicle ("right"(vin, 6));

-- 车辆绑定: a mini-program account may see and decide about a car.
CREATE TABLE binding (
    id bigserial PRIMARY KEY,
    vin_last6 varchar(6) NOT NULL,
    store_id bigint REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    role varchar(8) NOT NULL,
    state varchar(8) NOT NULL,
    how varchar(20) NOT NULL,
    licence_media varchar(80) NOT NULL,
    requested_at timestamptz NOT NULL,
    bound_at timestamptz,
    ended_at timestamptz,
    end_reason varchar(80) NOT NULL,
    version integer NOT NULL,
    vehicle_id bigint REFERENCES vehicle(id) ON DELETE CASCADE,
    CONSTRAINT binding_bound_to_a_car CHECK (state <> 'BOUND' OR vehicle_id IS NOT NULL)
);
CREATE UNIQUE INDEX binding_one_live ON binding (vehicle_id, customer_id) WHERE state <> 'UNBOUND';
CREATE UNIQUE INDEX binding_one_request ON binding (customer_id, vin_last6)
    WHERE (state = 'PENDING') AND (vin_last6 <> '');
CREATE INDEX idx_binding_custome_2a6290 ON binding (customer_id, state);
CREATE INDEX idx_binding_store_i_c5f827 ON binding (store_id, state);

-- A mileage read on a day; the rate between readings predicts the next service.
CREATE TABLE odometer_reading (
    id bigserial PRIMARY KEY,
    read_on date NOT NULL,
    km integer NOT NULL,
    starts_new_series boolean NOT NULL,
    reason varchar(80) NOT NULL,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id) ON DELETE CASCADE,
    CONSTRAINT odometer_km CHECK (km BETWEEN 0 AND 999999)
);
CREATE INDEX idx_odometer_re_vehicle_30f9d8 ON odometer_reading (vehicle_id, read_on);

-- A person's tie to a car with dates; many to many over time.
CREATE TABLE ownership (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    role varchar(8) NOT NULL,
    filed_phone varchar(16) NOT NULL,
    since_on date NOT NULL,
    until_on date,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id) ON DELETE CASCADE,
    CONSTRAINT ownership_filed_phone_kept_form CHECK (filed_phone = ''
         OR filed_phone ~ '^(1[3-9][0-9]{9}|[+][1-9][0-9]{4,14})$')
);
CREATE INDEX idx_ownership_custome_9471e4 ON ownership (customer_id);
CREATE INDEX idx_ownership_filed_p_132eff ON ownership (filed_phone);
CREATE UNIQUE INDEX ownership_one_live ON ownership (vehicle_id, customer_id) WHERE until_on IS NULL;

-- A closed visit, ours or imported: what the next due date and the customer's history are made of.
CREATE TABLE service_visit (
    id bigserial PRIMARY KEY,
    customer_id bigint REFERENCES customer(id),
    store_id bigint REFERENCES store(id),
    repair_order_id bigint UNIQUE,
    visited_on date NOT NULL,
    km integer NOT NULL,
    summary varchar(80) NOT NULL,
    is_maintenance boolean NOT NULL,
    paid_fen bigint NOT NULL,
    vehicle_id bigint NOT NULL REFERENCES vehicle(id) ON DELETE CASCADE,
    is_real_work boolean NOT NULL DEFAULT true
);
CREATE INDEX idx_service_vis_custome_5377df ON service_visit (customer_id, visited_on);
CREATE INDEX idx_service_vis_vehicle_d16955 ON service_visit (vehicle_id, visited_on);

-- ---- crm_core/messaging ------------------------------------------------------------

-- One thing said to one person, from the wish to the platform's answer.
CREATE TABLE message (
    id bigserial PRIMARY KEY,
    template varchar(40) NOT NULL,
    variant varchar(20) NOT NULL,
    customer_id bigint REFERENCES customer(id),
    staff_id bigint REFERENCES staff(id),
    facts jsonb NOT NULL,
    about varchar(40) NOT NULL,
    about_version integer NOT NULL,
    address varchar(200) NOT NULL,
    dedupe_key varchar(120) NOT NULL UNIQUE,
    state varchar(8) NOT NULL,
    channel varchar(10) NOT NULL,
    reason varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    send_before timestamptz,
    attempts integer NOT NULL,
    claimed_at timestamptz,
    sent_at timestamptz,
    platform_id varchar(128) NOT NULL,
    response_code varchar(512) NOT NULL,
    card_updated_at timestamptz,
    errcode varchar(20) NOT NULL,
    card_after jsonb,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT message_one_receiver CHECK ((customer_id IS NULL) <> (staff_id IS NULL))
);
CREATE INDEX idx_message_about_53567d ON message (about);
CREATE INDEX idx_message_custome_de032b ON message (customer_id, id);
CREATE INDEX idx_message_platfor_4659c7 ON message (platform_id);
CREATE INDEX idx_message_staff_i_005c7e ON message (staff_id, id);
CREATE INDEX idx_message_state_13e651 ON message (state, created_at);
CREATE INDEX message_not_updated ON message (id) WHERE (card_after IS NOT NULL) AND (card_updated_at IS NULL);
CREATE INDEX message_undelivered ON message (id) WHERE state IN ('PENDING', 'SENDING');

-- A push of the mini-program that was taken; the same one again changes nothing.
CREATE TABLE mini_program_push (
    id bigserial PRIMARY KEY,
    dedupe_key varchar(120) NOT NULL UNIQUE,
    event varchar(60) NOT NULL,
    body text NOT NULL,
    outcome varchar(10) NOT NULL,
    taken_at timestamptz NOT NULL
);
CREATE INDEX idx_mini_progra_taken_a_183bbf ON mini_program_push (taken_at);

-- A picture uploaded to the platform beforehand; media ids live three days (WeCom doc 90253).
CREATE TABLE platform_media (
    id bigserial PRIMARY KEY,
    name varchar(60) NOT NULL UNIQUE,
    media_id varchar(256) NOT NULL,
    expires_at timestamptz NOT NULL
);

-- How many subscribe messages an owner still allows per template; WeChat has no way to ask.
CREATE TABLE subscribe_allowance (
    id bigserial PRIMARY KEY,
    openid varchar(64) NOT NULL,
    template varchar(40) NOT NULL,
    remaining integer NOT NULL,
    always_rejects boolean NOT NULL,
    CONSTRAINT subscribe_allowance_not_below_zero CHECK (remaining >= 0),
    CONSTRAINT uid_subscribe_a_openid_cae5b6 UNIQUE (openid, template)
);

-- ---- crm_core/approvals ------------------------------------------------------------

-- One request: what is asked, who may agree, where it stands.
CREATE TABLE approval (
    id bigserial PRIMARY KEY,
    kind varchar(20) NOT NULL,
    about varchar(40) NOT NULL,
    content_hash varchar(64) NOT NULL,
    title varchar(40) NOT NULL,
    store_id bigint REFERENCES store(id),
    requester_id bigint NOT NULL REFERENCES staff(id),
    hands jsonb NOT NULL,
    note varchar(200) NOT NULL,
    facts jsonb NOT NULL,
    levels jsonb NOT NULL,
    level integer NOT NULL,
    passed_by jsonb NOT NULL,
    level_since timestamptz NOT NULL,
    reminded_at timestamptz,
    escalated_at timestamptz,
    state varchar(12) NOT NULL,
    requested_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by bigint REFERENCES staff(id),
    end_note varchar(200) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT approval_end CHECK ((ended_at IS NULL) = (state IN ('DRAFT', 'PENDING'))),
    CONSTRAINT approval_four_eyes CHECK (state NOT IN ('APPROVED', 'REJECTED')
         OR (ended_by <> requester_id AND NOT hands @> to_jsonb(ended_by)))
);
CREATE UNIQUE INDEX approval_one_waiting ON approval (kind, about) WHERE state = 'PENDING';
CREATE INDEX idx_approval_kind_d34cbd ON approval (kind, about);
CREATE INDEX idx_approval_state_9082cc ON approval (state, level_since);

-- One person's word on one level; `requester_id` stands here so that the database itself refuses one's own.
CREATE TABLE approval_decision (
    id bigserial PRIMARY KEY,
    requester_id bigint NOT NULL REFERENCES staff(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    level integer NOT NULL,
    is_agreed boolean NOT NULL,
    seats jsonb NOT NULL,
    note varchar(200) NOT NULL,
    at timestamptz NOT NULL,
    approval_id bigint NOT NULL REFERENCES approval(id) ON DELETE CASCADE,
    CONSTRAINT approval_decision_four_eyes CHECK (staff_id <> requester_id),
    CONSTRAINT uid_approval_de_approva_7a3a04 UNIQUE (approval_id, level, staff_id)
);

-- 代理: `delegate_id` decides for `approver_id` from one day to another, both included.
CREATE TABLE approval_delegation (
    id bigserial PRIMARY KEY,
    approver_id bigint NOT NULL REFERENCES staff(id),
    delegate_id bigint NOT NULL REFERENCES staff(id),
    from_on date NOT NULL,
    until_on date NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT approval_delegation_days CHECK (from_on <= until_on),
    CONSTRAINT approval_delegation_two_people CHECK (approver_id <> delegate_id)
);
CREATE INDEX idx_approval_de_approve_af74af ON approval_delegation (approver_id, until_on);
CREATE INDEX idx_approval_de_delegat_637a6b ON approval_delegation (delegate_id, until_on);

-- ---- crm_core/pricing ------------------------------------------------------------

-- A job with an operation code 工时代码: 小保养, 前刹车片…
CREATE TABLE service_item (
    id bigserial PRIMARY KEY,
    code varchar(20) NOT NULL UNIQUE,
    name varchar(20) NOT NULL,
    minutes integer NOT NULL,
    bay_kind varchar(10) NOT NULL,
    is_maintenance boolean NOT NULL,
    is_bookable boolean NOT NULL,
    needs_road_test boolean NOT NULL,
    part_number varchar(20) NOT NULL,
    is_real_work boolean NOT NULL DEFAULT true
);

-- Quota hours and parts of a job for a model series; an empty series is the default for all.
CREATE TABLE item_price (
    id bigserial PRIMARY KEY,
    series varchar(20) NOT NULL,
    labour_centihours integer NOT NULL,
    parts_fen bigint NOT NULL,
    item_id bigint NOT NULL REFERENCES service_item(id) ON DELETE CASCADE,
    CONSTRAINT uid_item_price_item_id_6285b3 UNIQUE (item_id, series)
);

-- ---- crm_core/parts ------------------------------------------------------------

-- 配件 of the catalogue.
CREATE TABLE part (
    id bigserial PRIMARY KEY,
    number varchar(20) NOT NULL UNIQUE,
    name varchar(20) NOT NULL
);

-- A part wanted for one line of a repair order.
CREATE TABLE part_request (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    repair_order_id bigint NOT NULL,
    line_id bigint NOT NULL,
    quantity integer NOT NULL,
    state varchar(12) NOT NULL,
    expected_at timestamptz,
    requested_at timestamptz NOT NULL,
    issued_at timestamptz,
    issued_by bigint REFERENCES staff(id),
    ended_at timestamptz,
    part_id bigint NOT NULL REFERENCES part(id) ON DELETE CASCADE,
    CONSTRAINT part_request_quantity CHECK (quantity > 0)
);
CREATE INDEX idx_part_reques_repair__ac9999 ON part_request (repair_order_id);
CREATE INDEX idx_part_reques_store_i_f77ceb ON part_request (store_id, state);
CREATE UNIQUE INDEX part_request_one_live ON part_request (line_id, part_id)
    WHERE state NOT IN ('RETURNED', 'CANCELLED');

-- How many of a part a store has. Never below zero, whatever races for the last piece.
CREATE TABLE part_stock (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    on_hand integer NOT NULL,
    reserved integer NOT NULL,
    part_id bigint NOT NULL REFERENCES part(id) ON DELETE CASCADE,
    CONSTRAINT stock_not_below_zero CHECK (on_hand >= 0),
    CONSTRAINT stock_reserved_is_there CHECK (reserved BETWEEN 0 AND on_hand),
    CONSTRAINT uid_part_stock_part_id_ba38d8 UNIQUE (part_id, store_id)
);

-- ---- crm_core/coupons ------------------------------------------------------------

-- 卡券模板: what every coupon made from it can do, how many there are and who may have how many.
CREATE TABLE coupon_template (
    id bigserial PRIMARY KEY,
    name varchar(12) NOT NULL,
    kind varchar(10) NOT NULL,
    state varchar(16) NOT NULL,
    value_fen bigint NOT NULL,
    pay_percent integer NOT NULL,
    cap_fen bigint,
    threshold_fen bigint NOT NULL,
    item_codes jsonb NOT NULL,
    store_ids jsonb NOT NULL,
    quota integer NOT NULL,
    issued_count integer NOT NULL,
    per_person integer NOT NULL,
    per_vehicle integer NOT NULL,
    valid_days integer NOT NULL,
    claim_days integer NOT NULL,
    ends_on date,
    is_vehicle_bound boolean NOT NULL,
    restores_on_refund boolean NOT NULL,
    is_new_friend_gift boolean NOT NULL,
    created_by_id bigint REFERENCES staff(id),
    approved_by_id bigint REFERENCES staff(id),
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    asked_ends_on date,
    asked_quota integer,
    CONSTRAINT coupon_template_days CHECK (valid_days >= 1 AND claim_days >= 1),
    CONSTRAINT coupon_template_four_eyes CHECK (created_by_id IS NULL OR created_by_id <> approved_by_id),
    CONSTRAINT coupon_template_limits CHECK (per_person >= 1 AND per_vehicle >= 1),
    CONSTRAINT coupon_template_quota CHECK (issued_count BETWEEN 0 AND quota),
    CONSTRAINT coupon_template_stock_is_bounded CHECK (quota <= 10000000 AND (asked_quota IS NULL
         OR asked_quota BETWEEN quota AND 10000000)),
    CONSTRAINT coupon_template_terms CHECK (value_fen >= 0 AND threshold_fen >= 0 AND pay_percent BETWEEN 0 AND 100 AND (cap_fen IS NULL
         OR cap_fen > 0))
);
CREATE UNIQUE INDEX coupon_template_one_new_friend_gift ON coupon_template (is_new_friend_gift)
    WHERE is_new_friend_gift AND (state = 'ACTIVE');
CREATE INDEX idx_coupon_temp_state_6b966d ON coupon_template (state);

-- One coupon of one customer. Its ordinals make the limits per person and per car an index, not a hope.
CREATE TABLE coupon (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer(id),
    person_no integer NOT NULL,
    vehicle_id bigint REFERENCES vehicle(id),
    vehicle_no integer,
    code varchar(16) NOT NULL UNIQUE,
    state varchar(10) NOT NULL,
    source varchar(20) NOT NULL,
    source_ref varchar(40) NOT NULL,
    campaign_token varchar(40) NOT NULL,
    openid varchar(64) NOT NULL,
    issued_at timestamptz NOT NULL,
    claim_by timestamptz NOT NULL,
    claimed_at timestamptz,
    valid_to timestamptz,
    locked_for varchar(40) NOT NULL,
    locked_until timestamptz,
    redeemed_at timestamptz,
    ended_at timestamptz,
    end_reason varchar(80) NOT NULL,
    version integer NOT NULL,
    template_id bigint NOT NULL REFERENCES coupon_template(id) ON DELETE CASCADE,
    CONSTRAINT coupon_claim_fixes_its_end CHECK ((claimed_at IS NULL) = (valid_to IS NULL)),
    CONSTRAINT coupon_lock_has_a_holder CHECK ((state = 'LOCKED') = (locked_for <> '')),
    CONSTRAINT coupon_used_only_when_claimed CHECK (state NOT IN ('AVAILABLE', 'LOCKED', 'REDEEMED', 'FROZEN')
         OR claimed_at IS NOT NULL)
);
CREATE UNIQUE INDEX coupon_limit_per_person ON coupon (template_id, customer_id, person_no) WHERE state <> 'VOID';
CREATE UNIQUE INDEX coupon_limit_per_vehicle ON coupon (template_id, vehicle_id, vehicle_no)
    WHERE (vehicle_id IS NOT NULL) AND (state <> 'VOID');
CREATE UNIQUE INDEX coupon_once_per_source ON coupon (template_id, customer_id, source_ref)
    WHERE (source_ref <> '') AND (state <> 'VOID');
CREATE INDEX idx_coupon_custome_efe292 ON coupon (customer_id, state);
CREATE INDEX idx_coupon_locked__fe2b7f ON coupon (locked_for);
CREATE INDEX idx_coupon_source__9ae3b2 ON coupon (source_ref);
CREATE INDEX idx_coupon_state_a14aeb ON coupon (state, valid_to);
CREATE INDEX idx_coupon_state_ddeda0 ON coupon (state, claim_by);

-- 核销: a coupon was used, where and for what; undone only by a full refund.
CREATE TABLE redemption (
    id bigserial PRIMARY KEY,
    about varchar(40) NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    repair_order_id bigint,
    staff_id bigint REFERENCES staff(id),
    discount_fen bigint NOT NULL,
    redeemed_at timestamptz NOT NULL,
    undone_at timestamptz,
    coupon_id bigint NOT NULL REFERENCES coupon(id) ON DELETE CASCADE,
    cancelled_fen bigint NOT NULL,
    CONSTRAINT redemption_cancelled CHECK (cancelled_fen BETWEEN 0 AND discount_fen),
    CONSTRAINT redemption_discount CHECK (discount_fen >= 0)
);
CREATE INDEX idx_redemption_about_d8be4b ON redemption (about);
CREATE UNIQUE INDEX redemption_one_live ON redemption (coupon_id) WHERE undone_at IS NULL;

-- ---- crm_core/payments ------------------------------------------------------------

-- One attempt to pay one sum for one thing. `problem` is set when money came that does not fit.
CREATE TABLE payment (
    id bigserial PRIMARY KEY,
    out_trade_no varchar(32) NOT NULL UNIQUE,
    about varchar(40) NOT NULL,
    customer_id bigint NOT NULL REFERENCES customer(id),
    store_id bigint NOT NULL REFERENCES store(id),
    method varchar(12) NOT NULL,
    state varchar(8) NOT NULL,
    amount_fen bigint NOT NULL,
    description varchar(127) NOT NULL,
    openid varchar(64) NOT NULL,
    prepay_id varchar(64) NOT NULL,
    transaction_id varchar(64) UNIQUE,
    received_fen bigint,
    problem varchar(20) NOT NULL,
    received_by_id bigint REFERENCES staff(id),
    receipt_number varchar(40) NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    succeeded_at timestamptz,
    closed_at timestamptz,
    asked integer NOT NULL,
    next_question_at timestamptz,
    CONSTRAINT payment_amount CHECK (amount_fen > 0),
    CONSTRAINT payment_offline_has_cashier CHECK ((method = 'WECHAT_JSAPI') = (received_by_id IS NULL)),
    CONSTRAINT payment_success_has_money CHECK (state <> 'SUCCESS' OR received_fen IS NOT NULL),
    CONSTRAINT payment_success_is_exact CHECK (state <> 'SUCCESS' OR problem <> '' OR received_fen = amount_fen)
);
CREATE INDEX idx_payment_about_0c23e5 ON payment (about);
CREATE INDEX idx_payment_state_e78ad9 ON payment (state, next_question_at);
CREATE INDEX idx_payment_store_i_2e968f ON payment (store_id, created_at);
CREATE UNIQUE INDEX payment_one_live_per_thing ON payment (about) WHERE state IN ('CREATED', 'PAYING');

-- One notification of the platform, kept once under the id it repeats on redelivery.
CREATE TABLE payment_notice (
    id bigserial PRIMARY KEY,
    notice_id varchar(64) NOT NULL UNIQUE,
    event_type varchar(40) NOT NULL,
    number varchar(64) NOT NULL,
    resource jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    handled_at timestamptz,
    outcome varchar(24) NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT ''
);
CREATE INDEX idx_payment_not_number_4a9730 ON payment_notice (number);
CREATE INDEX payment_notice_unhandled ON payment_notice (id) WHERE handled_at IS NULL;

-- Money asked back from one payment; the number stays the same over every retry.
CREATE TABLE refund (
    id bigserial PRIMARY KEY,
    out_refund_no varchar(64) NOT NULL UNIQUE,
    about varchar(40) NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    amount_fen bigint NOT NULL,
    reason varchar(80) NOT NULL,
    state varchar(10) NOT NULL,
    requested_by varchar(80) NOT NULL,
    requested_at timestamptz NOT NULL,
    hands jsonb NOT NULL,
    content_hash varchar(64) NOT NULL,
    approved_by_id bigint REFERENCES staff(id),
    approved_at timestamptz,
    platform_refund_id varchar(64) NOT NULL,
    problem varchar(40) NOT NULL,
    ended_at timestamptz,
    asked integer NOT NULL,
    next_question_at timestamptz,
    payment_id bigint NOT NULL REFERENCES payment(id) ON DELETE CASCADE,
    CONSTRAINT refund_amount CHECK (amount_fen > 0),
    CONSTRAINT refund_four_eyes CHECK (approved_by_id IS NULL OR NOT hands @> to_jsonb(approved_by_id)),
    CONSTRAINT refund_has_approver CHECK (content_hash = ''
         OR state IN ('REQUESTED', 'CLOSED')
         OR approved_by_id IS NOT NULL)
);
CREATE INDEX idx_refund_about_d7cb0a ON refund (about);
CREATE INDEX idx_refund_payment_9157c2 ON refund (payment_id);
CREATE INDEX idx_refund_state_a61080 ON refund (state, next_question_at);
CREATE INDEX idx_refund_store_i_47182a ON refund (store_id, state);

-- One movement of money; written once.
CREATE TABLE ledger_entry (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    about varchar(40) NOT NULL,
    payment_id bigint NOT NULL REFERENCES payment(id),
    refund_id bigint REFERENCES refund(id),
    method varchar(12) NOT NULL,
    amount_fen bigint NOT NULL,
    CONSTRAINT ledger_direction CHECK (amount_fen <> 0 AND (amount_fen < 0) = (refund_id IS NOT NULL))
);
CREATE INDEX idx_ledger_entr_about_66704c ON ledger_entry (about);
CREATE INDEX idx_ledger_entr_store_i_6d1aed ON ledger_entry (store_id, at);
CREATE UNIQUE INDEX ledger_payment_once ON ledger_entry (payment_id) WHERE refund_id IS NULL;
CREATE UNIQUE INDEX ledger_refund_once ON ledger_entry (refund_id) WHERE refund_id IS NOT NULL;

-- Money that moved at the platform without us: a refund made in the merchant console, an order we do not know.
CREATE TABLE outside_movement (
    id bigserial PRIMARY KEY,
    kind varchar(8) NOT NULL,
    platform_number varchar(80) NOT NULL,
    out_trade_no varchar(64) NOT NULL,
    out_refund_no varchar(64) NOT NULL,
    status varchar(16) NOT NULL,
    amount_fen bigint,
    payment_id bigint REFERENCES payment(id),
    refund_id bigint REFERENCES refund(id) UNIQUE,
    store_id bigint REFERENCES store(id),
    customer_id bigint REFERENCES customer(id),
    found_by varchar(8) NOT NULL,
    found_at timestamptz NOT NULL,
    moved_at timestamptz,
    settled_at timestamptz,
    settled_by_id bigint REFERENCES staff(id),
    settled_reason varchar(200) NOT NULL,
    version integer NOT NULL,
    CONSTRAINT outside_movement_amount CHECK (amount_fen IS NULL OR amount_fen > 0),
    CONSTRAINT outside_movement_follows_a_payment CHECK (refund_id IS NULL
         OR (kind = 'REFUND' AND payment_id IS NOT NULL)),
    CONSTRAINT outside_movement_settled_with_reason CHECK ((settled_at IS NULL) = (settled_reason = '')),
    CONSTRAINT uid_outside_mov_kind_89645c UNIQUE (kind, platform_number)
);
CREATE INDEX idx_outside_mov_payment_de6bcb ON outside_movement (payment_id);
CREATE INDEX idx_outside_mov_settled_9423ed ON outside_movement (settled_at, store_id);

-- ---- crm_core/surveys ------------------------------------------------------------

-- Something was not good; the clock runs from `opened_at`, or from `reopened_at`.
CREATE TABLE complaint (
    id bigserial PRIMARY KEY,
    about varchar(40) NOT NULL,
    source varchar(6) NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    repair_order_id bigint,
    advisor_id bigint REFERENCES staff(id),
    body varchar(300) NOT NULL,
    state varchar(12) NOT NULL,
    opened_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by_id bigint REFERENCES staff(id),
    version integer NOT NULL,
    escalated_at timestamptz,
    reopened_at timestamptz,
    CONSTRAINT complaint_not_by_its_subject CHECK (acknowledged_by_id IS NULL
         OR advisor_id IS NULL
         OR acknowledged_by_id <> advisor_id),
    CONSTRAINT uid_complaint_about_053f79 UNIQUE (about)
);
CREATE INDEX idx_complaint_custome_d4b969 ON complaint (customer_id);
CREATE INDEX idx_complaint_store_i_8f05b5 ON complaint (store_id, state);

-- One step of a complaint in the words of whoever took it; never changed.
CREATE TABLE complaint_step (
    id bigserial PRIMARY KEY,
    complaint_id bigint NOT NULL REFERENCES complaint(id),
    action varchar(12) NOT NULL,
    staff_id bigint REFERENCES staff(id),
    note varchar(300) NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX idx_complaint_s_complai_9a97ea ON complaint_step (complaint_id, id);

-- One owner is asked once about one visit.
CREATE TABLE survey (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL UNIQUE,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    advisor_id bigint REFERENCES staff(id),
    state varchar(10) NOT NULL,
    openid varchar(64) NOT NULL,
    delivered_at timestamptz NOT NULL,
    send_at timestamptz NOT NULL,
    sent_at timestamptz,
    opened_at timestamptz,
    submitted_at timestamptz,
    expires_at timestamptz,
    answers jsonb NOT NULL,
    score integer,
    version integer NOT NULL,
    CONSTRAINT survey_score CHECK (score IS NULL OR score BETWEEN 0 AND 10),
    CONSTRAINT survey_submitted_has_time CHECK ((state = 'SUBMITTED') = (submitted_at IS NOT NULL))
);
CREATE INDEX idx_survey_custome_3f02c2 ON survey (customer_id, send_at);
CREATE INDEX idx_survey_state_f613be ON survey (state, send_at);
CREATE INDEX idx_survey_store_i_f03e1e ON survey (store_id, submitted_at);

-- ---- crm_core/appointments ------------------------------------------------------------

-- 服务预约: a promise of a slot to an owner for a car.
CREATE TABLE appointment (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    starts_at timestamptz NOT NULL,
    minutes integer NOT NULL,
    bay_kind varchar(10) NOT NULL,
    state varchar(10) NOT NULL,
    source varchar(20) NOT NULL,
    note varchar(200) NOT NULL,
    waits_on_site boolean NOT NULL,
    coupon_id bigint REFERENCES coupon(id),
    campaign_token varchar(40) NOT NULL,
    confirm_by timestamptz NOT NULL,
    advisor_id bigint REFERENCES staff(id),
    confirmed_at timestamptz,
    arrived_at timestamptz,
    ended_at timestamptz,
    end_reason varchar(80) NOT NULL,
    reschedule_count integer NOT NULL,
    repair_order_id bigint UNIQUE,
    created_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT appointment_confirmed_before_it_starts CHECK (state <> 'REQUESTED' OR confirm_by <= starts_at),
    CONSTRAINT appointment_minutes CHECK (minutes BETWEEN 5 AND 600)
);
CREATE UNIQUE INDEX appointment_one_live_per_vehicle ON appointment (vehicle_id)
    WHERE state IN ('REQUESTED', 'CONFIRMED', 'ARRIVED');
CREATE INDEX idx_appointment_custome_f2169d ON appointment (customer_id, starts_at);
CREATE INDEX idx_appointment_state_4c365b ON appointment (state, starts_at);
CREATE INDEX idx_appointment_store_i_ddef79 ON appointment (store_id, starts_at);

-- What the owner wants done, with the price he was shown.
CREATE TABLE appointment_item (
    id bigserial PRIMARY KEY,
    item_id bigint NOT NULL REFERENCES service_item(id),
    name varchar(20) NOT NULL,
    minutes integer NOT NULL,
    labour_fen bigint NOT NULL,
    parts_fen bigint NOT NULL,
    appointment_id bigint NOT NULL REFERENCES appointment(id) ON DELETE CASCADE,
    CONSTRAINT uid_appointment_appoint_99ca0c UNIQUE (appointment_id, item_id)
);

-- A place taken in the workshop: one arrival in a slot and one bay for a time.
CREATE TABLE appointment_place (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    slot_at timestamptz NOT NULL,
    arrival_no integer NOT NULL,
    bay_id bigint NOT NULL REFERENCES bay(id),
    ends_at timestamptz NOT NULL,
    held_for_customer_id bigint REFERENCES customer(id),
    held_until timestamptz,
    appointment_id bigint REFERENCES appointment(id),
    CONSTRAINT place_has_length CHECK (ends_at > slot_at),
    CONSTRAINT place_is_held_or_booked CHECK ((held_until IS NULL) <> (appointment_id IS NULL)),
    CONSTRAINT place_number CHECK (arrival_no >= 1),
    CONSTRAINT uid_appointment_store_i_43cc51 UNIQUE (store_id, slot_at, arrival_no)
);
CREATE INDEX idx_appointment_held_un_b043e1 ON appointment_place (held_until);
CREATE UNIQUE INDEX place_one_hold_per_customer ON appointment_place (held_for_customer_id)
    WHERE held_until IS NOT NULL;
CREATE UNIQUE INDEX place_one_per_appointment ON appointment_place (appointment_id) WHERE appointment_id IS NOT NULL;

-- ---- crm_core/repair_orders ------------------------------------------------------------

-- 维修工单: the contract for one visit. `state`, `owner_title` and `standing` are derived at every step.
CREATE TABLE repair_order (
    id bigserial PRIMARY KEY,
    number varchar(24) NOT NULL UNIQUE,
    sequence_no integer NOT NULL,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    appointment_id bigint REFERENCES appointment(id) UNIQUE,
    origin_repair_order_id bigint REFERENCES repair_order(id),
    advisor_id bigint NOT NULL REFERENCES staff(id),
    sender_name varchar(20) NOT NULL,
    complaint varchar(300) NOT NULL,
    mileage_km integer NOT NULL,
    mileage_reason varchar(80) NOT NULL,
    waits_on_site boolean NOT NULL,
    wants_wash boolean NOT NULL,
    keeps_old_parts boolean,
    state varchar(16) NOT NULL,
    owner_title varchar(20) NOT NULL,
    standing varchar(40) NOT NULL,
    promised_finish_at timestamptz,
    first_promised_at timestamptz,
    promise_reason varchar(20) NOT NULL,
    promise_kept_by bigint REFERENCES staff(id),
    prechecked_at timestamptz,
    quoted_at timestamptz,
    authorised_at timestamptz,
    checks_ticked_at timestamptz,
    quality_passed_at timestamptz,
    wash_started_at timestamptz,
    ready_at timestamptz,
    stopped_at timestamptz,
    billed_at timestamptz,
    bill_confirmed_at timestamptz,
    paid_at timestamptz,
    paid_fen bigint NOT NULL,
    delivered_at timestamptz,
    closed_at timestamptz,
    voided_at timestamptz,
    void_reason varchar(80) NOT NULL,
    rework_count integer NOT NULL,
    last_event_no integer NOT NULL,
    opened_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT repair_order_mileage CHECK (mileage_km BETWEEN 0 AND 999999),
    CONSTRAINT repair_order_paid CHECK (paid_fen >= 0)
);
CREATE INDEX idx_repair_orde_custome_e7f37a ON repair_order (customer_id, opened_at);
CREATE INDEX idx_repair_orde_deliver_ccf672 ON repair_order (delivered_at);
CREATE INDEX idx_repair_orde_opened__38b725 ON repair_order (opened_at);
CREATE INDEX idx_repair_orde_state_740858 ON repair_order (state, promised_finish_at);
CREATE INDEX idx_repair_orde_store_i_74f5f3 ON repair_order (store_id, opened_at);
CREATE INDEX idx_repair_orde_store_i_c2d934 ON repair_order (store_id, state);
CREATE INDEX idx_repair_orde_vehicle_447e71 ON repair_order (vehicle_id, opened_at);
CREATE INDEX repair_order_number_end ON repair_order (reverse(replace(number, '-', '')) text_pattern_ops);
CREATE UNIQUE INDEX repair_order_one_open_per_car ON repair_order (store_id, vehicle_id)
    WHERE state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID');

-- 增项: a sheet of what was found, offered together and decided item by item; its items are lines.
CREATE TABLE additional_work (
    id bigserial PRIMARY KEY,
    state varchar(12) NOT NULL,
    version integer NOT NULL,
    hash varchar(64) NOT NULL,
    found_by bigint NOT NULL REFERENCES staff(id),
    found_at timestamptz NOT NULL,
    priced_by bigint REFERENCES staff(id),
    sent_at timestamptz,
    expires_at timestamptz,
    decided_at timestamptz,
    ended_at timestamptz,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) ON DELETE CASCADE
);
CREATE INDEX idx_additional__repair__be6409 ON additional_work (repair_order_id);
CREATE INDEX idx_additional__state_912a67 ON additional_work (state, expires_at);

-- One version of the price and time offered before work; what was authorised is kept as it was.
CREATE TABLE estimate (
    id bigserial PRIMARY KEY,
    version integer NOT NULL,
    hash varchar(64) NOT NULL,
    lines jsonb NOT NULL,
    owner_total_fen bigint NOT NULL,
    promised_finish_at timestamptz NOT NULL,
    state varchar(12) NOT NULL,
    made_by bigint NOT NULL REFERENCES staff(id),
    made_at timestamptz NOT NULL,
    sent_at timestamptz,
    decided_at timestamptz,
    decided_by varchar(80) NOT NULL,
    decided_how varchar(16) NOT NULL,
    evidence varchar(80) NOT NULL,
    evidence_note varchar(200) NOT NULL,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) ON DELETE CASCADE,
    approved_by_id bigint REFERENCES staff(id),
    goodwill_fen bigint NOT NULL,
    goodwill_hash varchar(64) NOT NULL,
    CONSTRAINT estimate_goodwill_four_eyes CHECK (approved_by_id IS NULL OR approved_by_id <> made_by),
    CONSTRAINT estimate_goodwill_is_approved CHECK (state IN ('DRAFT', 'SUPERSEDED')
         OR goodwill_hash = ''
         OR approved_by_id IS NOT NULL),
    CONSTRAINT uid_estimate_repair__d3a97a UNIQUE (repair_order_id, version)
);
CREATE UNIQUE INDEX estimate_one_authorised ON estimate (repair_order_id) WHERE state = 'AUTHORISED';

-- 环车检查: what the car looked like when it came, signed by the owner.
CREATE TABLE pre_inspection (
    id bigserial PRIMARY KEY,
    energy_percent integer NOT NULL,
    valuables_reminded boolean NOT NULL,
    covers_on boolean NOT NULL,
    belongings varchar(200) NOT NULL,
    damages jsonb NOT NULL,
    photos jsonb NOT NULL,
    inspected_at timestamptz NOT NULL,
    inspected_by bigint NOT NULL REFERENCES staff(id),
    signed_at timestamptz,
    signed_by varchar(80) NOT NULL,
    signature varchar(80) NOT NULL,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) ON DELETE CASCADE,
    CONSTRAINT pre_inspection_energy CHECK (energy_percent BETWEEN 0 AND 100),
    CONSTRAINT pre_inspection_one_per_order UNIQUE (repair_order_id)
);

-- 改承诺: each move of the promised time, with its reason.
CREATE TABLE promise_change (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    old_at timestamptz NOT NULL,
    new_at timestamptz NOT NULL,
    reason varchar(20) NOT NULL,
    at timestamptz NOT NULL,
    actor varchar(80) NOT NULL
);
CREATE INDEX idx_promise_cha_repair__9e2dfa ON promise_change (repair_order_id);

-- What happened to an order, in its own numbers; `changes` holds what a replay needs.
CREATE TABLE repair_event (
    id bigserial PRIMARY KEY,
    number integer NOT NULL,
    node varchar(4) NOT NULL,
    kind varchar(40) NOT NULL,
    text varchar(200) NOT NULL,
    amount_fen bigint,
    owner_text varchar(200) NOT NULL,
    media jsonb NOT NULL,
    changes jsonb NOT NULL,
    at timestamptz NOT NULL,
    actor varchar(80) NOT NULL,
    actor_name varchar(20) NOT NULL,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) ON DELETE CASCADE,
    CONSTRAINT uid_repair_even_repair__f2b0a1 UNIQUE (repair_order_id, number)
);

-- One job. It cannot leave PROPOSED for work without the decision it rests on, nor cost more than was allowed.
CREATE TABLE repair_line (
    id bigserial PRIMARY KEY,
    item_id bigint REFERENCES service_item(id),
    name varchar(20) NOT NULL,
    payer varchar(2) NOT NULL,
    claim_number varchar(40) NOT NULL,
    labour_centihours integer NOT NULL,
    labour_fen bigint NOT NULL,
    parts_fen bigint NOT NULL,
    minutes integer NOT NULL,
    is_priced boolean NOT NULL,
    bay_kind varchar(10) NOT NULL,
    is_maintenance boolean NOT NULL,
    needs_road_test boolean NOT NULL,
    part_number varchar(20) NOT NULL,
    source varchar(16) NOT NULL,
    additional_work_id bigint REFERENCES additional_work(id),
    urgency varchar(8),
    finding varchar(200) NOT NULL,
    photos jsonb NOT NULL,
    state varchar(12) NOT NULL,
    pause_reason varchar(12),
    parts_expected_at timestamptz,
    decided_at timestamptz,
    decided_by varchar(80) NOT NULL,
    decided_how varchar(16) NOT NULL,
    evidence varchar(80) NOT NULL,
    evidence_note varchar(200) NOT NULL,
    authorised_version varchar(64) NOT NULL,
    authorised_fen bigint,
    refusal_signature varchar(80) NOT NULL,
    technician_id bigint REFERENCES staff(id),
    bay_id bigint REFERENCES bay(id),
    planned_starts_at timestamptz,
    planned_ends_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    fail_count integer NOT NULL,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) ON DELETE CASCADE,
    CONSTRAINT repair_line_allowed_for_the_owner_is_shown CHECK (state = 'DECLINED'
         OR ((decided_how <> 'paper'
         OR evidence <> '') AND (decided_how <> 'phone'
         OR evidence_note <> ''))),
    CONSTRAINT repair_line_amounts CHECK (labour_fen >= 0 AND parts_fen >= 0 AND minutes >= 0),
    CONSTRAINT repair_line_decided_first CHECK (state IN ('PROPOSED', 'CANCELLED') OR decided_at IS NOT NULL),
    CONSTRAINT repair_line_has_technician CHECK (state NOT IN ('ASSIGNED', 'WORKING', 'PAUSED', 'DONE', 'QC_OK', 'QC_FAIL')
         OR technician_id IS NOT NULL),
    CONSTRAINT repair_line_no_work_before_authorisation CHECK (state IN ('PROPOSED', 'DECLINED', 'CANCELLED')
         OR authorised_version <> ''),
    CONSTRAINT repair_line_not_above_authorised CHECK (authorised_fen IS NULL
         OR labour_fen + parts_fen <= authorised_fen)
);
CREATE INDEX idx_repair_line_repair__0f34cf ON repair_line (repair_order_id, id);
CREATE INDEX idx_repair_line_technic_a3444f ON repair_line (technician_id, state);
CREATE INDEX repair_line_in_bay ON repair_line (bay_id) WHERE state IN ('ASSIGNED', 'WORKING', 'PAUSED', 'QC_FAIL');

-- What an owner did not want now; somebody asks again when it is due.
CREATE TABLE declined_work (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    line_id bigint NOT NULL REFERENCES repair_line(id) UNIQUE,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    name varchar(20) NOT NULL,
    finding varchar(200) NOT NULL,
    urgency varchar(8) NOT NULL,
    price_fen bigint NOT NULL,
    declined_at timestamptz NOT NULL,
    follow_up_on date
);
CREATE INDEX idx_declined_wo_custome_1b8251 ON declined_work (customer_id);
CREATE INDEX idx_declined_wo_store_i_30772a ON declined_work (store_id, follow_up_on);

-- 终检 of one line; nobody inspects his own work.
CREATE TABLE quality_check (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    line_id bigint NOT NULL REFERENCES repair_line(id),
    inspector_id bigint NOT NULL REFERENCES staff(id),
    technician_id bigint NOT NULL REFERENCES staff(id),
    has_passed boolean NOT NULL,
    reason varchar(100) NOT NULL,
    checklist jsonb NOT NULL,
    was_road_tested boolean NOT NULL,
    photos jsonb NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT quality_check_failure_has_reason CHECK (has_passed OR reason <> ''),
    CONSTRAINT quality_check_four_eyes CHECK (inspector_id <> technician_id)
);
CREATE INDEX idx_quality_che_repair__8063ab ON quality_check (repair_order_id);

-- 打卡: one technician on one line; he is on one job at a time.
CREATE TABLE time_entry (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    line_id bigint NOT NULL REFERENCES repair_line(id),
    technician_id bigint NOT NULL REFERENCES staff(id),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    is_rework boolean NOT NULL,
    CONSTRAINT time_entry_forward CHECK (ended_at IS NULL OR ended_at >= started_at)
);
CREATE INDEX idx_time_entry_line_id_f16f19 ON time_entry (line_id);
CREATE INDEX idx_time_entry_technic_d4ae66 ON time_entry (technician_id, started_at);
CREATE UNIQUE INDEX time_entry_one_job_at_once ON time_entry (technician_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX time_entry_one_per_line ON time_entry (line_id) WHERE ended_at IS NULL;

-- ---- crm_core/billing ------------------------------------------------------------

-- What one payer owes for one visit. Its sums are kept equal to its lines' by the database itself.
CREATE TABLE bill (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    appointment_id bigint REFERENCES appointment(id),
    made_by_id bigint NOT NULL REFERENCES staff(id),
    payer varchar(2) NOT NULL,
    state varchar(16) NOT NULL,
    subtotal_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    total_fen bigint NOT NULL,
    paid_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    confirmed_at timestamptz,
    paid_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT bill_discount CHECK (discount_fen >= 0),
    CONSTRAINT bill_paid_at_most_total CHECK (paid_fen >= 0 AND paid_fen <= total_fen),
    CONSTRAINT bill_paid_is_exactly_paid CHECK ((state IN ('PAID', 'PARTLY_REFUNDED', 'REFUNDED')) = (paid_at IS NOT NULL
        AND paid_fen = total_fen)),
    CONSTRAINT bill_refunded CHECK (refunded_fen BETWEEN 0 AND paid_fen),
    CONSTRAINT bill_total CHECK (total_fen = subtotal_fen - discount_fen AND total_fen >= 0),
    CONSTRAINT uid_bill_repair__2ed779 UNIQUE (repair_order_id, payer)
);
CREATE INDEX idx_bill_custome_c3b6bb ON bill (customer_id, state);
CREATE INDEX idx_bill_store_i_463cab ON bill (store_id, state);

-- What one coupon takes off a bill, and off which lines.
CREATE TABLE bill_discount (
    id bigserial PRIMARY KEY,
    coupon_id bigint NOT NULL REFERENCES coupon(id),
    name varchar(12) NOT NULL,
    discount_fen bigint NOT NULL,
    shares_fen jsonb NOT NULL,
    bill_id bigint NOT NULL REFERENCES bill(id) ON DELETE CASCADE,
    CONSTRAINT bill_discount_takes_something_off CHECK (discount_fen > 0),
    CONSTRAINT uid_bill_discou_bill_id_b637ef UNIQUE (bill_id, coupon_id)
);

-- One sum of a job: its labour or its parts. What falls on it of the discounts is kept with it, for refunds.
CREATE TABLE bill_line (
    id bigserial PRIMARY KEY,
    line_no integer NOT NULL,
    repair_line_id bigint NOT NULL REFERENCES repair_line(id),
    kind varchar(12) NOT NULL,
    name varchar(20) NOT NULL,
    item_code varchar(20) NOT NULL,
    amount_fen bigint NOT NULL,
    discount_fen bigint NOT NULL,
    authorised_version varchar(64) NOT NULL,
    authorised_at timestamptz NOT NULL,
    bill_id bigint NOT NULL REFERENCES bill(id) ON DELETE CASCADE,
    CONSTRAINT bill_line_authorised CHECK (authorised_version <> ''),
    CONSTRAINT bill_line_never_negative CHECK (discount_fen BETWEEN 0 AND amount_fen),
    CONSTRAINT bill_line_billed_once UNIQUE (repair_line_id, kind),
    CONSTRAINT uid_bill_line_bill_id_7d4f09 UNIQUE (bill_id, line_no)
);

-- Which line a refund is for; per line at most what was really paid for it.
CREATE TABLE bill_refund_line (
    id bigserial PRIMARY KEY,
    refund_id bigint NOT NULL REFERENCES refund(id),
    line_no integer NOT NULL,
    amount_fen bigint NOT NULL,
    is_done boolean NOT NULL,
    bill_id bigint NOT NULL REFERENCES bill(id) ON DELETE CASCADE,
    CONSTRAINT bill_refund_line_amount CHECK (amount_fen > 0),
    CONSTRAINT uid_bill_refund_refund__5bdc03 UNIQUE (refund_id, line_no)
);
CREATE INDEX idx_bill_refund_bill_id_c7bb0d ON bill_refund_line (bill_id);

-- 维修交车: the car goes back to its owner, confirmed once.
CREATE TABLE hand_over (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id) UNIQUE,
    store_id bigint NOT NULL REFERENCES store(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    vehicle_id bigint NOT NULL REFERENCES vehicle(id),
    advisor_id bigint NOT NULL REFERENCES staff(id),
    state varchar(16) NOT NULL,
    handed_over varchar(60) NOT NULL,
    offered_at timestamptz,
    left_at timestamptz,
    confirmed_at timestamptz,
    openid varchar(64) NOT NULL,
    disputed_at timestamptz,
    dispute_reason varchar(200) NOT NULL,
    version integer NOT NULL,
    how_left varchar(10),
    resolution varchar(200) NOT NULL,
    settled_at timestamptz,
    settled_by_id bigint REFERENCES staff(id),
    CONSTRAINT hand_over_clock_runs CHECK ((left_at IS NULL) = (how_left IS NULL) AND (state = 'NOT_READY'
         OR left_at IS NOT NULL)),
    CONSTRAINT hand_over_confirmed_has_time CHECK (state NOT IN ('CONFIRMED', 'AUTO_CONFIRMED')
         OR confirmed_at IS NOT NULL),
    CONSTRAINT hand_over_settled_by_another_with_words CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL) AND (state <> 'SETTLED'
         OR (resolution <> '' AND settled_by_id <> advisor_id)))
);
CREATE INDEX idx_hand_over_custome_1b4570 ON hand_over (customer_id);
CREATE INDEX idx_hand_over_state_05fb97 ON hand_over (state, left_at);

-- ---- crm_core/telling ------------------------------------------------------------

-- Somebody told a person by phone what a message could not.
CREATE TABLE phone_call (
    id bigserial PRIMARY KEY,
    message_id bigint NOT NULL REFERENCES message(id) UNIQUE,
    customer_id bigint NOT NULL REFERENCES customer(id),
    store_id bigint NOT NULL REFERENCES store(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    called_at timestamptz NOT NULL,
    note varchar(200) NOT NULL,
    CONSTRAINT phone_call_says_what_came_of_it CHECK (note <> '')
);
CREATE INDEX idx_phone_call_custome_a9dd26 ON phone_call (customer_id);

-- ---- campaigns/contact_ways ------------------------------------------------------------

-- A QR code of one salesperson for one purpose: a poster, a stand at a show, a page.
CREATE TABLE contact_way (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    token varchar(30) NOT NULL UNIQUE,
    staff_id bigint NOT NULL REFERENCES staff(id),
    store_id bigint REFERENCES store(id),
    source varchar(20) NOT NULL,
    coupon_template_id bigint REFERENCES coupon_template(id),
    coupon_name varchar(20) NOT NULL,
    state varchar(8) NOT NULL,
    reason varchar(80) NOT NULL,
    config_id varchar(64) NOT NULL,
    qr_url varchar(300) NOT NULL,
    created_at timestamptz NOT NULL,
    created_by bigint NOT NULL REFERENCES staff(id),
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT ''
);
CREATE INDEX idx_contact_way_staff_i_bf93a6 ON contact_way (staff_id);
CREATE INDEX idx_contact_way_store_i_01effa ON contact_way (store_id);

-- The right of one person to claim one coupon, handed out with a welcome.
CREATE TABLE claim_ticket (
    id bigserial PRIMARY KEY,
    token varchar(40) NOT NULL UNIQUE,
    customer_id bigint NOT NULL REFERENCES customer(id),
    contact_way_id bigint NOT NULL REFERENCES contact_way(id),
    coupon_template_id bigint NOT NULL REFERENCES coupon_template(id),
    coupon_name varchar(20) NOT NULL,
    issued_at timestamptz NOT NULL,
    claimed_at timestamptz,
    CONSTRAINT claim_ticket_once UNIQUE (customer_id, coupon_template_id)
);

-- ---- campaigns/segments ------------------------------------------------------------

-- 分群: a saved question; who belongs to it is asked anew each time.
CREATE TABLE segment (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    definition jsonb NOT NULL,
    store_ids jsonb,
    created_by bigint NOT NULL REFERENCES staff(id),
    updated_by bigint NOT NULL REFERENCES staff(id),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    version integer NOT NULL,
    CONSTRAINT segment_has_name CHECK (name <> '')
);
CREATE INDEX idx_segment_updated_45175a ON segment (updated_at);

-- ---- campaigns/broadcasts ------------------------------------------------------------

-- 群发计划.
CREATE TABLE broadcast (
    id bigserial PRIMARY KEY,
    name varchar(30) NOT NULL,
    segment_id bigint REFERENCES segment(id),
    segment_name varchar(30) NOT NULL,
    definition jsonb NOT NULL,
    store_ids jsonb,
    template varchar(40) NOT NULL,
    content jsonb NOT NULL,
    coupon_template_id bigint REFERENCES coupon_template(id),
    control_percent integer NOT NULL,
    budget_fen bigint NOT NULL,
    content_hash varchar(64) NOT NULL,
    approved_hash varchar(64) NOT NULL,
    approved_by bigint REFERENCES staff(id),
    starts_at timestamptz,
    ends_at timestamptz,
    state varchar(16) NOT NULL,
    author_id bigint NOT NULL REFERENCES staff(id),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    frozen_at timestamptz,
    finished_at timestamptz,
    pause_reason varchar(80) NOT NULL,
    synced_at timestamptz,
    version integer NOT NULL,
    stopped_at timestamptz,
    CONSTRAINT broadcast_budget CHECK (budget_fen >= 0),
    CONSTRAINT broadcast_control CHECK (control_percent BETWEEN 5 AND 50),
    CONSTRAINT broadcast_four_eyes CHECK (approved_by <> author_id),
    CONSTRAINT broadcast_runs_what_was_approved CHECK (state NOT IN ('APPROVED', 'SCHEDULED', 'RUNNING', 'PAUSED', 'FINISHED')
         OR approved_hash = content_hash)
);
CREATE INDEX idx_broadcast_author__b5a563 ON broadcast (author_id);
CREATE INDEX idx_broadcast_state_6e0e56 ON broadcast (state, starts_at);

-- One person of one broadcast, whether he is sent anything or not.
CREATE TABLE broadcast_recipient (
    id bigserial PRIMARY KEY,
    broadcast_id bigint NOT NULL REFERENCES broadcast(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    cohort varchar(8) NOT NULL,
    state varchar(10) NOT NULL,
    reason varchar(16) NOT NULL,
    staff_id bigint REFERENCES staff(id),
    batch_number integer NOT NULL,
    external_userid varchar(64) NOT NULL,
    contacted_on date,
    sent_at timestamptz,
    opened_at timestamptz,
    claimed_at timestamptz,
    booked_at timestamptz,
    arrived_at timestamptz,
    converted_at timestamptz,
    opted_out_at timestamptz,
    is_last_touch boolean NOT NULL,
    given_back_at timestamptz,
    complained_at timestamptz,
    unfriended_at timestamptz,
    CONSTRAINT recipient_given_back_is_no_sale CHECK (given_back_at IS NULL OR converted_at IS NULL),
    CONSTRAINT recipient_only_planned_are_sent CHECK (cohort = 'PLANNED' OR state IN ('EXCLUDED', 'CONTROL')),
    CONSTRAINT recipient_sent CHECK ((state = 'SENT') = (sent_at IS NOT NULL)),
    CONSTRAINT uid_broadcast_r_broadca_eda21f UNIQUE (broadcast_id, customer_id)
);
CREATE INDEX idx_broadcast_r_broadca_fc1bae ON broadcast_recipient (broadcast_id, staff_id, batch_number);
CREATE INDEX idx_broadcast_r_custome_22f0e4 ON broadcast_recipient (customer_id, contacted_on);

-- One task of one salesperson: at most 10,000 customers (WeCom doc 92135).
CREATE TABLE send_batch (
    id bigserial PRIMARY KEY,
    broadcast_id bigint NOT NULL REFERENCES broadcast(id),
    staff_id bigint NOT NULL REFERENCES staff(id),
    number integer NOT NULL,
    token varchar(40) NOT NULL UNIQUE,
    customers integer NOT NULL,
    state varchar(10) NOT NULL,
    claimed_at timestamptz,
    asked_at timestamptz,
    message_id varchar(128) NOT NULL,
    reason varchar(80) NOT NULL,
    created_at timestamptz NOT NULL,
    tasked_at timestamptz,
    confirmed_at timestamptz,
    declined_at timestamptz,
    reminded_at jsonb NOT NULL,
    cancelled_at timestamptz,
    synced_at timestamptz,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    reminder_owed_at timestamptz,
    CONSTRAINT send_batch_has_message CHECK (state NOT IN ('CREATED', 'SENT') OR message_id <> ''),
    CONSTRAINT send_batch_size CHECK (customers BETWEEN 1 AND 10000),
    CONSTRAINT uid_send_batch_broadca_df3e00 UNIQUE (broadcast_id, staff_id, number)
);
CREATE INDEX idx_send_batch_state_3d2082 ON send_batch (state, broadcast_id);
CREATE INDEX send_batch_unfinished ON send_batch (id) WHERE state IN ('PENDING', 'CREATING', 'UNKNOWN', 'CREATED');

-- A call for a batch's task that was given up, or a task of it that does not count: found, stopped, struck out.
CREATE TABLE lost_call (
    id bigserial PRIMARY KEY,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    batch_id bigint NOT NULL REFERENCES send_batch(id),
    message_id varchar(128) NOT NULL,
    asked_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT uid_lost_call_batch_i_4f93c1 UNIQUE (batch_id, message_id)
);
CREATE INDEX idx_lost_call_ended_a_039160 ON lost_call (ended_at);
CREATE INDEX lost_call_open ON lost_call (id) WHERE ended_at IS NULL;

-- ---- bot ------------------------------------------------------------

-- A verified, decrypted callback under its dedupe key; the work on it happens in a job.
CREATE TABLE inbox_message (
    id bigserial PRIMARY KEY,
    source varchar(10) NOT NULL,
    dedupe_key varchar(200) NOT NULL,
    event varchar(60) NOT NULL,
    body text NOT NULL,
    received_at timestamptz NOT NULL,
    handled_at timestamptz,
    outcome varchar(20) NOT NULL,
    waits_for varchar(64) NOT NULL,
    next_try_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    trouble varchar(60) NOT NULL DEFAULT '',
    CONSTRAINT uid_inbox_messa_source_5564f8 UNIQUE (source, dedupe_key)
);
CREATE INDEX idx_inbox_messa_receive_c5590d ON inbox_message (received_at);
CREATE INDEX idx_inbox_messa_waits_f_94c700 ON inbox_message (waits_for);
CREATE INDEX inbox_message_unhandled ON inbox_message (id) WHERE handled_at IS NULL;

