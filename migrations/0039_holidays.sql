-- Holidays by law, as the yearly notice of the State Council says them, with the working days that make up for them.
CREATE TABLE holiday_notice (
    id bigserial PRIMARY KEY,
    year smallint NOT NULL,
    source varchar(80) NOT NULL DEFAULT '',
    published_on date,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT holiday_notice_year UNIQUE (year),
    CONSTRAINT holiday_notice_is_of_a_year CHECK (year BETWEEN 2020 AND 2100),
    CONSTRAINT holiday_notice_names_its_source CHECK ((published_on IS NULL) = (source = ''))
);

CREATE TABLE holiday (
    id bigserial PRIMARY KEY,
    notice_id bigint NOT NULL REFERENCES holiday_notice(id),
    kind varchar(4) NOT NULL,
    name varchar(10) NOT NULL,
    first_on date NOT NULL,
    last_on date NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    CONSTRAINT holiday_days CHECK (first_on <= last_on AND last_on < first_on + 16),
    CONSTRAINT holiday_one_a_day EXCLUDE USING gist (daterange(first_on, last_on, '[]') WITH &&) WHERE (is_active)
);
CREATE INDEX idx_holiday_notice ON holiday (notice_id);

WITH notice AS (
    INSERT INTO holiday_notice (year, source, published_on)
    VALUES (2026, '国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）', '2025-11-04'), (2027, '', NULL)
    RETURNING id, year
)
INSERT INTO holiday (notice_id, kind, name, first_on, last_on)
SELECT notice.id, days.kind, days.name, days.first_on::date, days.last_on::date
FROM notice, (VALUES
    ('OFF', '元旦', '2026-01-01', '2026-01-03'),
    ('WORK', '元旦', '2026-01-04', '2026-01-04'),
    ('WORK', '春节', '2026-02-14', '2026-02-14'),
    ('OFF', '春节', '2026-02-15', '2026-02-23'),
    ('WORK', '春节', '2026-02-28', '2026-02-28'),
    ('OFF', '清明节', '2026-04-04', '2026-04-06'),
    ('OFF', '劳动节', '2026-05-01', '2026-05-05'),
    ('WORK', '劳动节', '2026-05-09', '2026-05-09'),
    ('OFF', '端午节', '2026-06-19', '2026-06-21'),
    ('WORK', '国庆节', '2026-09-20', '2026-09-20'),
    ('OFF', '中秋节', '2026-09-25', '2026-09-27'),
    ('OFF', '国庆节', '2026-10-01', '2026-10-07'),
    ('WORK', '国庆节', '2026-10-10', '2026-10-10')
) AS days (kind, name, first_on, last_on)
WHERE notice.year = 2026;
