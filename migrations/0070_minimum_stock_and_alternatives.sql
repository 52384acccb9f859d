-- 最低库存: below how many free pieces a store orders a part again, and up to how many.
CREATE TABLE part_minimum (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    part_id bigint NOT NULL REFERENCES part(id),
    minimum integer NOT NULL,
    maximum integer NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT part_minimum_once UNIQUE (store_id, part_id),
    CONSTRAINT part_minimum_below_maximum CHECK (minimum BETWEEN 0 AND maximum)
);

-- 替代件: which part may be fitted in place of another, on one model or on all.
CREATE TABLE part_alternative (
    id bigserial PRIMARY KEY,
    part_id bigint NOT NULL REFERENCES part(id),
    other_id bigint NOT NULL REFERENCES part(id),
    both_ways boolean NOT NULL DEFAULT false,
    series varchar(20) NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT part_alternative_once UNIQUE (part_id, other_id, series),
    CONSTRAINT part_alternative_is_another CHECK (part_id <> other_id)
);
CREATE INDEX part_alternative_other ON part_alternative (other_id);
