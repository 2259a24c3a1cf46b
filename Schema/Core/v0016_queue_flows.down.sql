DROP INDEX queue_items_ended;
CREATE INDEX queue_items_finished ON queue_items (finished_at) WHERE finished_at IS NOT NULL;
DROP TABLE queue_measures;
DROP TABLE queue_counts;
ALTER TABLE queue_controls DROP COLUMN draining_since;
DROP TABLE batch_callbacks;
ALTER TABLE batches DROP COLUMN sealed_at;
ALTER TABLE batches DROP COLUMN stays_open;
DROP TABLE queue_dependencies;
-- The schema before knows no items that wait for others.
UPDATE queue_items SET held_by = NULL WHERE waits_for > 0 AND held_by = 'dependency';
ALTER TABLE queue_items DROP COLUMN dependants;
ALTER TABLE queue_items DROP COLUMN waits_for;
