-- A channel such as SMS sends at once, in nobody's name: its tasks have no member.
-- old code: it makes no such task, and reads tasks together with their member, so it does not see any.
ALTER TABLE send_task ALTER COLUMN staff_id DROP NOT NULL;
-- NULLs do not count for the unique key of broadcast, member and number.
CREATE UNIQUE INDEX send_task_of_nobody ON send_task (broadcast_id, number) WHERE staff_id IS NULL;
ALTER TABLE send_task ADD CONSTRAINT send_task_of_nobody_asks_nobody CHECK (
    staff_id IS NOT NULL OR (declined_at IS NULL AND reminder_owed_at IS NULL AND reminded_at = '[]'));
