-- Giving the car back belongs to repair orders: the rule a store can change, the line of the timetable and the job that
-- waits are known there by their new names.

UPDATE policy_change SET policy = 'hand_over' WHERE policy = 'billing';
UPDATE tick SET name = 'repair_orders.auto_confirm_hand_overs' WHERE name = 'billing.auto_confirm_hand_overs';
UPDATE jobs.pgqueuer SET entrypoint = 'repair_orders.auto_confirm_hand_overs'
WHERE entrypoint = 'billing.auto_confirm_hand_overs';
