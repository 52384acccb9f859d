-- 厂家召回: which car the maker calls back for what. Whether it was done is the maker's to say, too.
CREATE TABLE safety_recall (
    id bigserial PRIMARY KEY,
    number varchar(40) NOT NULL,
    vin varchar(17) NOT NULL,
    title varchar(60) NOT NULL,
    remedy varchar(120) NOT NULL DEFAULT '',
    published_on date NOT NULL,
    done_on date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT safety_recall_once UNIQUE (number, vin),
    CONSTRAINT safety_recall_vin CHECK (vin ~ '^[A-HJ-NPR-Z0-9]{17}$'),
    CONSTRAINT safety_recall_done CHECK (done_on >= published_on)
);
CREATE INDEX safety_recall_open ON safety_recall (vin) WHERE done_on IS NULL AND is_active;
