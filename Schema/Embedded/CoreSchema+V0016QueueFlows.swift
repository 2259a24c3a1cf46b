// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0016QueueFlows = Migration(
    version: 16, name: "queue_flows",
    embedded: #"""
-- Items that wait for others; batches that stay open until they are sealed, and that put callbacks into the queue;
-- queues that are drained; and statistics that need no count of the items.

-- Kept from queue_dependencies: how many open ones the item has, and how many open ones name it as their parent.
ALTER TABLE queue_items ADD COLUMN waits_for INTEGER NOT NULL DEFAULT 0 CHECK (waits_for >= 0);
ALTER TABLE queue_items ADD COLUMN dependants INTEGER NOT NULL DEFAULT 0 CHECK (dependants >= 0);

CREATE TABLE queue_dependencies (
    pk               INTEGER PRIMARY KEY,
    item_id          BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    parent_id        BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    on_failure       TEXT NOT NULL DEFAULT 'fail' CHECK (on_failure IN ('fail', 'cancel', 'proceed', 'block')),
    is_open          INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),
    parent_failed_at INTEGER, -- the item stays blocked until the parent is tried again, or it is let go by hand
    created_at       INTEGER NOT NULL,
    UNIQUE (item_id, parent_id),
    CHECK (item_id <> parent_id),
    CHECK (parent_failed_at IS NULL OR is_open = 1)
) STRICT;

CREATE INDEX queue_dependencies_parent ON queue_dependencies (parent_id, is_open);
CREATE INDEX queue_dependencies_stuck ON queue_dependencies (parent_failed_at) WHERE parent_failed_at IS NOT NULL;

-- A batch that stays open is not finished before it is sealed; a sealed one takes no items.
ALTER TABLE batches ADD COLUMN stays_open INTEGER NOT NULL DEFAULT 0 CHECK (stays_open IN (0, 1));
ALTER TABLE batches ADD COLUMN sealed_at INTEGER;

-- Work to be enqueued when something happens to a batch; once, until a finished batch is opened again.
CREATE TABLE batch_callbacks (
    pk            INTEGER PRIMARY KEY,
    batch_id      BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    event         TEXT NOT NULL CHECK (event IN ('success', 'failure', 'finish')),
    queue         TEXT NOT NULL CHECK (queue <> ''),
    kind          TEXT NOT NULL CHECK (kind <> ''),
    payload       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    priority      INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_attempts  INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1),
    fired_at      INTEGER,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    UNIQUE (batch_id, event)
) STRICT;

CREATE INDEX batch_callbacks_item ON batch_callbacks (queue_item_id) WHERE queue_item_id IS NOT NULL;

-- A draining queue hands out what waits and takes nothing new.
ALTER TABLE queue_controls ADD COLUMN draining_since INTEGER;

-- Kept from queue_items. Running items count as pending: a claim changes nothing here.
CREATE TABLE queue_counts (
    queue              TEXT NOT NULL,
    kind               TEXT NOT NULL,
    priority           INTEGER NOT NULL,
    pending            INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
    retrying           INTEGER NOT NULL DEFAULT 0 CHECK (retrying >= 0),
    paused             INTEGER NOT NULL DEFAULT 0 CHECK (paused >= 0),
    waiting_for_action INTEGER NOT NULL DEFAULT 0 CHECK (waiting_for_action >= 0),
    completed          INTEGER NOT NULL DEFAULT 0 CHECK (completed >= 0),
    failed             INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
    cancelled          INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    PRIMARY KEY (queue, kind, priority)
) STRICT, WITHOUT ROWID;

INSERT INTO queue_counts
SELECT queue, kind, priority, sum(status IN ('pending', 'running')), sum(status = 'retrying'), sum(status = 'paused'),
    sum(status = 'waiting_for_action'), sum(status = 'completed'), sum(status = 'failed'), sum(status = 'cancelled')
FROM queue_items GROUP BY queue, kind, priority;

-- What was finished, by slots of five minutes, later of hours and days; it outlives the items.
-- A bucket is a fourth of a power of two of microseconds, -1 for an item without such a time.
CREATE TABLE queue_measures (
    queue            TEXT NOT NULL,
    slot_at          INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    measure          TEXT NOT NULL CHECK (measure IN ('wait', 'processing')),
    outcome          TEXT NOT NULL CHECK (outcome IN ('completed', 'failed', 'cancelled')),
    bucket           INTEGER NOT NULL CHECK (bucket BETWEEN -1 AND 255),
    items            INTEGER NOT NULL,
    microseconds_sum INTEGER NOT NULL,
    PRIMARY KEY (queue, slot_at, kind, measure, outcome, bucket)
) STRICT, WITHOUT ROWID;

-- Retention looks at one status after the other, each with its own age; items of a batch go with the batch.
DROP INDEX queue_items_finished;
CREATE INDEX queue_items_ended ON queue_items (status, finished_at) WHERE finished_at IS NOT NULL AND batch_id IS NULL;

"""#,
    down: #"""
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

"""#,
    checksum: "3156bd96047f894dff686e34c31f27d953088934d102a78f695c372472ce6d4f")
}
