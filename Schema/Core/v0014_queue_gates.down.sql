DROP TABLE queue_lanes;
DROP TABLE queue_limits;
DROP TABLE queue_kinds;
ALTER TABLE queue_controls DROP COLUMN max_waiting;
ALTER TABLE queue_controls DROP COLUMN is_fair;
ALTER TABLE queue_controls DROP COLUMN aging_seconds;
DROP INDEX queue_items_lane;
DROP INDEX queue_items_turn;
DROP INDEX queue_items_key;
DROP INDEX queue_items_held_kind;
DROP INDEX queue_items_held_key;
DROP INDEX queue_items_held_batch;
DROP INDEX queue_items_held_back;
DROP INDEX queue_items_unique;
DROP INDEX queue_items_claim_kind;
DROP INDEX queue_items_claim;
-- The schema before knows one unfinished item to a key: the youngest keeps it.
UPDATE queue_items SET unique_key = NULL
WHERE unique_key IS NOT NULL AND finished_at IS NULL AND pk NOT IN (
    SELECT max(pk) FROM queue_items WHERE unique_key IS NOT NULL AND finished_at IS NULL GROUP BY kind, unique_key);
ALTER TABLE queue_items DROP COLUMN payload_key;
ALTER TABLE queue_items DROP COLUMN current_message;
ALTER TABLE queue_items DROP COLUMN unique_until;
ALTER TABLE queue_items DROP COLUMN unique_states;
ALTER TABLE queue_items DROP COLUMN backoff_jitter_percent;
ALTER TABLE queue_items DROP COLUMN backoff_cap_seconds;
ALTER TABLE queue_items DROP COLUMN backoff_factor_percent;
ALTER TABLE queue_items DROP COLUMN backoff;
ALTER TABLE queue_items DROP COLUMN lost_lease;
ALTER TABLE queue_items DROP COLUMN rank_at;
ALTER TABLE queue_items DROP COLUMN limit_key;
ALTER TABLE queue_items DROP COLUMN held_by;
CREATE INDEX queue_items_claim ON queue_items (queue, priority, due_at) WHERE status IN ('pending', 'retrying');
CREATE UNIQUE INDEX queue_items_unique ON queue_items (kind, unique_key) WHERE unique_key IS NOT NULL AND finished_at IS NULL;
