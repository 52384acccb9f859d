-- Where a phone's map shows a store, in GCJ-02. The bounds are those of China, so two numbers in the wrong order are refused.
ALTER TABLE store ADD COLUMN latitude double precision;
ALTER TABLE store ADD COLUMN longitude double precision;
ALTER TABLE store ADD CONSTRAINT store_on_the_map CHECK (
    (latitude IS NULL AND longitude IS NULL)
    OR (latitude IS NOT NULL AND longitude IS NOT NULL AND latitude BETWEEN 3 AND 54 AND longitude BETWEEN 73 AND 136)
);
