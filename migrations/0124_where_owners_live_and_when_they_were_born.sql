-- What owners say of themselves; empty when nobody said. A birthday may lack its year.
ALTER TABLE customer
    ADD COLUMN city varchar(20) NOT NULL DEFAULT '',
    ADD COLUMN birthday varchar(10) NOT NULL DEFAULT '',
    ADD CONSTRAINT customer_birthday_kept_form CHECK (birthday = '' OR birthday ~ '^((19|20)[0-9]{2}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$');
