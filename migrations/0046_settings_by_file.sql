-- An import of a list of settings names the list; any other names none.
ALTER TABLE import_job ADD COLUMN setting_list varchar(40) NOT NULL DEFAULT '';
