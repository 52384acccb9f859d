-- Holidays by law on which nobody is sent marketing, as the office marks them in the calendar.
-- old code: it neither reads nor writes the column.
ALTER TABLE holiday ADD COLUMN is_quiet boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT holiday_quiet_is_off CHECK (NOT is_quiet OR kind = 'OFF');
