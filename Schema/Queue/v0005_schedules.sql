CREATE TABLE queue_schedules (
    pk                 INTEGER PRIMARY KEY,
    id                 BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name               TEXT NOT NULL UNIQUE CHECK (name <> ''),
    queue              TEXT NOT NULL DEFAULT 'default' CHECK (queue <> ''),
    kind               TEXT NOT NULL CHECK (kind <> ''),
    payload            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    priority           INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_attempts       INTEGER CHECK (max_attempts >= 1), -- null: that of the kind
    terms              TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(terms)), -- all else that the items set
    account            ANY CHECK (account IS NULL OR typeof(account) = 'text' OR typeof(account) = 'blob'),
    cron               TEXT,
    interval_seconds   INTEGER CHECK (interval_seconds > 0),
    anchor_at          INTEGER,
    time_zone          TEXT NOT NULL DEFAULT 'UTC',
    missed_policy      TEXT NOT NULL DEFAULT 'run_once' CHECK (missed_policy IN ('skip', 'run_once', 'run_all')),
    max_catch_up       INTEGER NOT NULL DEFAULT 100 CHECK (max_catch_up BETWEEN 1 AND 1000),
    grace_seconds      INTEGER CHECK (grace_seconds > 0),
    is_enabled         INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
    next_run_at        INTEGER,
    last_run_at        INTEGER,
    last_queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    checked_at         INTEGER,
    last_error         TEXT,
    metadata           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CHECK ((cron IS NULL) <> (interval_seconds IS NULL))
) STRICT;
CREATE INDEX queue_schedules_next ON queue_schedules (next_run_at) WHERE is_enabled = 1;
CREATE INDEX queue_schedules_queue ON queue_schedules (queue);
CREATE INDEX queue_schedules_account ON queue_schedules (account) WHERE account IS NOT NULL;
CREATE INDEX queue_schedules_last_item ON queue_schedules (last_queue_item_id) WHERE last_queue_item_id IS NOT NULL;
CREATE INDEX queue_schedules_checked ON queue_schedules (checked_at) WHERE is_enabled = 1;

-- Each due time of a schedule is enqueued once.
CREATE TABLE queue_schedule_runs (
    pk            INTEGER PRIMARY KEY,
    schedule_id   BLOB NOT NULL REFERENCES queue_schedules (id) ON DELETE CASCADE,
    due_at        INTEGER NOT NULL,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    enqueued_at   INTEGER NOT NULL,
    UNIQUE (schedule_id, due_at)
) STRICT;
CREATE INDEX queue_schedule_runs_item ON queue_schedule_runs (queue_item_id) WHERE queue_item_id IS NOT NULL;
