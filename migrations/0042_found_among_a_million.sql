-- What the page of one customer looks up is found by an index: their consents, the withdrawn ones too, and whose records
-- went into theirs. Among a million customers each was a look through the whole table.
CREATE INDEX idx_consent_customer ON consent (customer_id);
CREATE INDEX customer_merged_into ON customer (merged_into_id) WHERE merged_into_id IS NOT NULL;

-- PostgreSQL expects a fiftieth of all plates behind any part of one and starts other processes for the search, which
-- takes longer than the search itself: a statement that takes names apart stays in one process.
ALTER FUNCTION search_parts(text) PARALLEL RESTRICTED;
