-- 库存流水: stock is what its movements add up to, in each bin 货位 and in the store.
CREATE TABLE part_bin (
    id bigserial PRIMARY KEY,
    stock_id bigint NOT NULL REFERENCES part_stock(id) ON DELETE CASCADE,
    bin varchar(20) NOT NULL,
    on_hand integer NOT NULL,
    CONSTRAINT part_bin_once UNIQUE (stock_id, bin),
    CONSTRAINT part_bin_not_below_zero CHECK (on_hand >= 0)
);

CREATE TABLE stock_movement (
    id bigserial PRIMARY KEY,
    stock_id bigint NOT NULL REFERENCES part_stock(id) ON DELETE CASCADE,
    bin varchar(20) NOT NULL,
    kind varchar(12) NOT NULL,
    quantity integer NOT NULL,
    about varchar(60) NOT NULL DEFAULT '',
    by_id bigint REFERENCES staff(id),
    at timestamptz NOT NULL,
    CONSTRAINT stock_movement_moves CHECK (quantity <> 0)
);
CREATE INDEX stock_movement_of_stock ON stock_movement (stock_id, id);
CREATE INDEX stock_movement_about ON stock_movement (about) WHERE about <> '';

-- 留件: pieces that a booking or an order whose work nobody has begun was promised.
CREATE TABLE part_hold (
    id bigserial PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store(id),
    part_id bigint NOT NULL REFERENCES part(id) ON DELETE CASCADE,
    about varchar(60) NOT NULL,
    quantity integer NOT NULL,
    held_at timestamptz NOT NULL,
    CONSTRAINT part_hold_once UNIQUE (about, part_id),
    CONSTRAINT part_hold_quantity CHECK (quantity > 0)
);
CREATE INDEX part_hold_of_part ON part_hold (part_id, store_id);

-- What lies there today is where the ledger begins.
INSERT INTO part_bin (stock_id, bin, on_hand) SELECT id, '', on_hand FROM part_stock WHERE on_hand > 0;
INSERT INTO stock_movement (stock_id, bin, kind, quantity, at)
SELECT id, '', 'OPENING', on_hand, now() FROM part_stock WHERE on_hand > 0;

-- A movement changes both balances. The row of the store is changed first: it is the lock of all its bins.
CREATE FUNCTION move_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moved integer; m record;
BEGIN
    IF TG_OP = 'INSERT' THEN m := NEW; moved := NEW.quantity; ELSE m := OLD; moved := -OLD.quantity; END IF;
    UPDATE part_stock SET on_hand = on_hand + moved WHERE id = m.stock_id;
    UPDATE part_bin SET on_hand = on_hand + moved WHERE stock_id = m.stock_id AND bin = m.bin;
    IF NOT FOUND THEN
        INSERT INTO part_bin (stock_id, bin, on_hand) VALUES (m.stock_id, m.bin, moved);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_movement_moves AFTER INSERT ON stock_movement FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION move_stock();
-- An import that is taken back takes its opening stock back; with a stock row its ledger goes (depth 1).
CREATE TRIGGER stock_movement_taken_back AFTER DELETE ON stock_movement FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION move_stock();
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_movement_kept BEFORE DELETE ON stock_movement FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 AND OLD.kind <> 'OPENING') EXECUTE FUNCTION refuse_change();

-- Who writes a balance itself (the processes of before, during an upgrade) leaves its movements all the same.
CREATE FUNCTION note_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moved integer := NEW.on_hand; b record; here integer; -- A WHEN clause sees the depth around its statement.
BEGIN
    IF TG_OP = 'UPDATE' THEN moved := NEW.on_hand - OLD.on_hand; END IF;
    IF moved > 0 THEN
        UPDATE part_bin SET on_hand = on_hand + moved WHERE stock_id = NEW.id AND bin = '';
        IF NOT FOUND THEN INSERT INTO part_bin (stock_id, bin, on_hand) VALUES (NEW.id, '', moved); END IF;
        INSERT INTO stock_movement (stock_id, bin, kind, quantity, at)
        VALUES (NEW.id, '', CASE TG_OP WHEN 'INSERT' THEN 'OPENING' ELSE 'ADJUSTED' END, moved, now());
    END IF;
    FOR b IN SELECT id, bin, on_hand FROM part_bin WHERE stock_id = NEW.id AND moved < 0 ORDER BY bin LOOP
        here := least(b.on_hand, -moved);
        CONTINUE WHEN here = 0;
        UPDATE part_bin SET on_hand = on_hand - here WHERE id = b.id;
        INSERT INTO stock_movement (stock_id, bin, kind, quantity, at) VALUES (NEW.id, b.bin, 'ADJUSTED', -here, now());
        moved := moved + here;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER part_stock_noted AFTER INSERT OR UPDATE OF on_hand ON part_stock FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION note_stock();
