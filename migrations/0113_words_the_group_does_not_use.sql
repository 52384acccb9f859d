-- Words that the group does not use in campaigns, with the reason. Those that the law forbids are no rows.
CREATE TABLE forbidden_word (
    id bigserial PRIMARY KEY,
    word varchar(20) NOT NULL UNIQUE,
    reason varchar(80) NOT NULL,
    is_active boolean NOT NULL DEFAULT true
);
