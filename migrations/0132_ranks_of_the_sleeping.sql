-- Owners are ordered by their value and by how many of their like reacted.
-- old code: it does not know the column; a class it writes is ranked by the next night of the new code.
ALTER TABLE waking_class ADD COLUMN rank numeric(4, 3) NOT NULL DEFAULT 0;
UPDATE waking_class SET rank = value;
CREATE INDEX waking_class_rank ON waking_class (state, rank, customer_id);
