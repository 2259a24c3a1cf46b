-- The links of the rooms to each other and to the queue.

-- The credits that a queue item holds or has spent; the newest hold of an item is the current one. An item has no
-- reference because its holds are kept when it is purged.
CREATE TABLE queue_item_credits (
    pk      INTEGER PRIMARY KEY,
    item_id BLOB NOT NULL CHECK (length(item_id) = 16),
    hold_id BLOB NOT NULL UNIQUE REFERENCES credit_holds (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX queue_item_credits_item ON queue_item_credits (item_id);

-- The kinds of work whose completed items count as usage of their customer.
CREATE TABLE completion_meters (
    kind       TEXT PRIMARY KEY NOT NULL CHECK (kind <> ''),
    meter      TEXT NOT NULL CHECK (meter <> ''),
    created_at INTEGER NOT NULL
) STRICT;

-- Starts the history of batches that a queue-only file already contains.
INSERT INTO status_history (entity_kind, entity_id, to_status, at, recorded_at)
SELECT 'batch', id, status, created_at, created_at FROM batches
WHERE NOT EXISTS (SELECT 1 FROM status_history WHERE entity_kind = 'batch' AND entity_id = batches.id);
