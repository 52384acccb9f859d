-- How many people of a broadcast went on from one of its ways to the next, and why; the people themselves name only the
-- way they are on.
CREATE TABLE broadcast_way_left (
    id bigserial PRIMARY KEY,
    broadcast_id bigint NOT NULL REFERENCES broadcast(id),
    way int NOT NULL,
    why varchar(16) NOT NULL,
    people int NOT NULL,
    CONSTRAINT broadcast_way_left_once UNIQUE (broadcast_id, way, why),
    CONSTRAINT broadcast_way_left_people CHECK (people > 0 AND way BETWEEN 0 AND 3)
);
