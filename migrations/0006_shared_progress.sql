-- Owners let somebody look at a visit by a link; of its secret only the fingerprint is kept.
CREATE TABLE progress_share (
    id bigserial PRIMARY KEY,
    repair_order_id bigint NOT NULL REFERENCES repair_order(id),
    customer_id bigint NOT NULL REFERENCES customer(id),
    label varchar(20) NOT NULL,
    token_hash varchar(64) NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    first_opened_at timestamptz,
    CONSTRAINT progress_share_lasts CHECK (expires_at > created_at),
    CONSTRAINT progress_share_fingerprint CHECK (length(token_hash) = 64)
);
CREATE INDEX progress_share_of_order ON progress_share (repair_order_id);
CREATE INDEX progress_share_of_customer ON progress_share (customer_id);
