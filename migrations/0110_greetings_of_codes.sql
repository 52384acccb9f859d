-- What a code greets with: the turn of the welcome, worded with the other notices.
ALTER TABLE contact_way ADD COLUMN greeting varchar(10) NOT NULL DEFAULT 'USUAL';
