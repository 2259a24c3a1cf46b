CREATE TABLE queue_dependencies (
    pk               INTEGER PRIMARY KEY,
    item_id          BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    parent_id        BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    on_failure       TEXT NOT NULL DEFAULT 'fail' CHECK (on_failure IN ('fail', 'cancel', 'proceed', 'block')),
    is_open          INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),
    parent_failed_at INTEGER, -- the item stays blocked until the parent is retried, or the dependency is removed
    created_at       INTEGER NOT NULL,
    UNIQUE (item_id, parent_id),
    CHECK (item_id <> parent_id),
    CHECK (parent_failed_at IS NULL OR is_open = 1)
) STRICT;
CREATE INDEX queue_dependencies_parent ON queue_dependencies (parent_id, is_open);
CREATE INDEX queue_dependencies_stuck ON queue_dependencies (parent_failed_at) WHERE parent_failed_at IS NOT NULL;

CREATE TABLE batch_callbacks (
    pk            INTEGER PRIMARY KEY,
    batch_id      BLOB NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    event         TEXT NOT NULL CHECK (event IN ('success', 'failure', 'finish')),
    queue         TEXT NOT NULL CHECK (queue <> ''),
    kind          TEXT NOT NULL CHECK (kind <> ''),
    payload       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    priority      INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_attempts  INTEGER CHECK (max_attempts >= 1), -- null: that of the kind
    fired_at      INTEGER,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    UNIQUE (batch_id, event)
) STRICT;
CREATE INDEX batch_callbacks_item ON batch_callbacks (queue_item_id) WHERE queue_item_id IS NOT NULL;
