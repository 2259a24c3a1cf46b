// Made from Schema/Queue; to make it again: BACKOFFICE_EMBED=1 swift test --filter SchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

package import BackofficeMigrations

/// The tables of the pack `queue`, as Schema/Queue has them.
package enum QueueSchema {
  package static let migrations = MigrationPack(
    "queue",
    trusted: [
      Migration(
        version: 1, name: "store",
        embedded: #"""
-- The tables of every store.

CREATE TABLE store_settings (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The upkeep tasks that have run, each with its last run and the next.
CREATE TABLE store_upkeep (
    name             TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),
    due_at           INTEGER NOT NULL,
    last_started_at  INTEGER,
    last_finished_at INTEGER,
    last_count       INTEGER NOT NULL DEFAULT 0 CHECK (last_count >= 0), -- entities of the last run
    last_error       TEXT,
    run_count        INTEGER NOT NULL DEFAULT 0 CHECK (run_count >= 0),
    failure_count    INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0) -- in a row
) STRICT;

"""#,
        down: #"""
DROP TABLE store_upkeep;
DROP TABLE store_settings;

"""#,
        checksum: "83ef262a13d352920a2ca28008b8279d9c6e417904d80943e61adf4ab74b3eac"),
      Migration(
        version: 2, name: "batches",
        embedded: #"""
CREATE TABLE batches (
    pk                          INTEGER PRIMARY KEY,
    id                          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    account                     ANY CHECK (account IS NULL OR typeof(account) = 'text' OR typeof(account) = 'blob'),
    name                        TEXT NOT NULL,
    description                 TEXT,
    status                      TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'processing'
        OR status = 'paused' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'),
    priority                    INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_concurrent_items        INTEGER NOT NULL DEFAULT 5 CHECK (max_concurrent_items >= 1),
    stop_on_error               INTEGER NOT NULL DEFAULT 0 CHECK (stop_on_error IN (0, 1)),
    retry_failed_items          INTEGER NOT NULL DEFAULT 1 CHECK (retry_failed_items IN (0, 1)),
    stays_open                  INTEGER NOT NULL DEFAULT 0 CHECK (stays_open IN (0, 1)), -- until it is sealed
    sealed_at                   INTEGER,
    scheduled_at                INTEGER,
    started_at                  INTEGER,
    finished_at                 INTEGER,
    estimated_completion_at     INTEGER,
    -- kept from queue_items
    total_items                 INTEGER NOT NULL DEFAULT 0 CHECK (total_items >= 0),
    pending_items               INTEGER NOT NULL DEFAULT 0 CHECK (pending_items >= 0), -- pending and retrying
    running_items               INTEGER NOT NULL DEFAULT 0 CHECK (running_items >= 0),
    waiting_items               INTEGER NOT NULL DEFAULT 0 CHECK (waiting_items >= 0), -- paused and parked
    completed_items             INTEGER NOT NULL DEFAULT 0 CHECK (completed_items >= 0),
    failed_items                INTEGER NOT NULL DEFAULT 0 CHECK (failed_items >= 0),
    cancelled_items             INTEGER NOT NULL DEFAULT 0 CHECK (cancelled_items >= 0),
    processing_microseconds_sum INTEGER NOT NULL DEFAULT 0 CHECK (processing_microseconds_sum >= 0),
    processing_count            INTEGER NOT NULL DEFAULT 0 CHECK (processing_count >= 0), -- items in that sum
    rules                       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(rules)),
    notification_settings       TEXT NOT NULL
        DEFAULT '{"notify_on_completion":true,"notify_on_failure":true,"email_summary":true}'
        CHECK (json_valid(notification_settings)),
    error_message               TEXT,
    metadata                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                  INTEGER NOT NULL,
    updated_at                  INTEGER NOT NULL,
    CHECK (total_items = pending_items + running_items + waiting_items + completed_items + failed_items + cancelled_items),
    CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
    CHECK (status <> 'processing' OR started_at IS NOT NULL)
) STRICT;

CREATE INDEX batches_account ON batches (account, created_at) WHERE account IS NOT NULL;
CREATE INDEX batches_status ON batches (status, priority, scheduled_at);
CREATE INDEX batches_created ON batches (created_at);
CREATE INDEX batches_empty ON batches (updated_at) WHERE total_items = 0 AND stays_open = 0 AND finished_at IS NULL;
CREATE INDEX batches_finished ON batches (finished_at) WHERE finished_at IS NOT NULL;

"""#,
        down: #"""
DROP TABLE batches;

"""#,
        checksum: "33328bdb5ae951b946482b61999a8540fc17acfd2ee3644a10c788dbdaad3b5a"),
      Migration(
        version: 3, name: "items",
        embedded: #"""
-- How items are tried. Rows never change: items point to them, and equal policies share a row.
CREATE TABLE queue_policies (
    pk                     INTEGER PRIMARY KEY,
    max_attempts           INTEGER NOT NULL CHECK (max_attempts >= 1),
    max_rescues            INTEGER NOT NULL CHECK (max_rescues >= 0),
    retry_delay_seconds    INTEGER NOT NULL CHECK (retry_delay_seconds >= 0),
    backoff                TEXT NOT NULL CHECK (backoff = 'constant' OR backoff = 'linear' OR backoff = 'exponential'),
    backoff_factor_percent INTEGER NOT NULL CHECK (backoff_factor_percent >= 100),
    backoff_cap_seconds    INTEGER NOT NULL CHECK (backoff_cap_seconds >= 0),
    backoff_jitter_percent INTEGER NOT NULL CHECK (backoff_jitter_percent BETWEEN 0 AND 100),
    run_limit_seconds      INTEGER NOT NULL CHECK (run_limit_seconds >= 0), -- of one attempt; 0: none
    lease_expiry           TEXT NOT NULL CHECK (lease_expiry = 'retry' OR lease_expiry = 'fail' OR lease_expiry = 'ask'),
    keeps_attempts         INTEGER NOT NULL CHECK (keeps_attempts IN (0, 1)), -- of successes too
    UNIQUE (max_attempts, max_rescues, retry_delay_seconds, backoff, backoff_factor_percent, backoff_cap_seconds,
        backoff_jitter_percent, run_limit_seconds, lease_expiry, keeps_attempts)
) STRICT;

-- The declared kinds of work.
CREATE TABLE queue_kinds (
    kind       TEXT PRIMARY KEY NOT NULL CHECK (kind <> ''),
    policy_pk  INTEGER NOT NULL REFERENCES queue_policies (pk) ON DELETE RESTRICT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_kinds_policy ON queue_kinds (policy_pk);

CREATE TABLE queue_items (
    pk                      INTEGER PRIMARY KEY,
    id                      BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    queue                   TEXT NOT NULL DEFAULT 'default' CHECK (queue <> ''),
    kind                    TEXT NOT NULL CHECK (kind <> ''),
    status                  TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'running' OR status = 'retrying'
        OR status = 'parked' OR status = 'paused' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'),
    paused_from             TEXT CHECK (paused_from = 'pending' OR paused_from = 'retrying' OR paused_from = 'parked'),
    priority                INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5), -- 1 is the highest
    due_at                  INTEGER NOT NULL,
    deadline_at             INTEGER,                 -- of the whole item, over all attempts
    policy_pk               INTEGER REFERENCES queue_policies (pk) ON DELETE RESTRICT, -- null: the usual one
    -- attempts
    claims                  INTEGER NOT NULL DEFAULT 0 CHECK (claims >= 0),   -- ever; numbers the attempts
    attempts                INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- that count against the maximum
    rescues                 INTEGER NOT NULL DEFAULT 0 CHECK (rescues >= 0),  -- in a row
    -- the running attempt, or the last one
    lease_token             BLOB CHECK (length(lease_token) = 16),
    lease_expires_at        INTEGER,
    worker                  TEXT CHECK (worker <> ''),
    claimed_at              INTEGER,
    cancel_requested_at     INTEGER,
    error_code              TEXT,
    error_message           TEXT,
    -- account and subject
    account                 ANY CHECK (account IS NULL OR typeof(account) = 'text' OR typeof(account) = 'blob'),
    subject_kind            TEXT CHECK (subject_kind <> ''),
    subject_id              BLOB CHECK (length(subject_id) = 16),
    batch_id                BLOB REFERENCES batches (id) ON DELETE SET NULL,
    cost                    INTEGER NOT NULL DEFAULT 0 CHECK (cost >= 0),
    -- holds
    unique_key              TEXT CHECK (unique_key <> ''), -- see queue_unique_keys
    limit_key               TEXT CHECK (limit_key <> ''),
    held_by                 TEXT CHECK (held_by = 'dependency' OR held_by = 'batch' OR held_by = 'key' OR held_by = 'kind'
        OR held_by = 'turn' OR held_by = 'unique' OR held_by = 'deadline'),
    rank_at                 INTEGER,                 -- its place in line, in a fair queue
    waits_for               INTEGER NOT NULL DEFAULT 0 CHECK (waits_for >= 0),  -- kept from queue_dependencies
    dependants              INTEGER NOT NULL DEFAULT 0 CHECK (dependants >= 0), -- kept from queue_dependencies
    is_counted              INTEGER NOT NULL DEFAULT 0 CHECK (is_counted IN (0, 1)), -- its queue has a limit of waiting items
    -- times
    wait_microseconds       INTEGER CHECK (wait_microseconds >= 0), -- created, or due if later, to first claim
    finished_at             INTEGER,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    -- documents, last so that the short columns stay on the row's first page
    tags                    TEXT CHECK (tags IS NULL OR json_valid(tags)),     -- a list of texts; null: none
    metadata                TEXT CHECK (metadata IS NULL OR json_valid(metadata)), -- null: none
    payload                 ANY NOT NULL DEFAULT '{}' CHECK (payload = '{}' OR typeof(payload) = 'blob'
        OR (typeof(payload) = 'text' AND json_valid(payload))), -- a blob is sealed
    result                  TEXT CHECK (result IS NULL OR json_valid(result)),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK (status <> 'running' OR (worker IS NOT NULL AND claimed_at IS NOT NULL)),
    CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
    CHECK ((status = 'paused') = (paused_from IS NOT NULL)),
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL))
) STRICT;

-- Items that can be claimed; each kind and priority is a lane.
CREATE INDEX queue_items_claim ON queue_items (queue, kind, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
CREATE INDEX queue_items_lease ON queue_items (lease_expires_at, queue, kind, updated_at) WHERE status = 'running';
CREATE INDEX queue_items_ended ON queue_items (finished_at, status, queue, batch_id) WHERE finished_at IS NOT NULL;
-- Further indexes hold only the items that use a feature.
CREATE INDEX queue_items_failed ON queue_items (queue, finished_at) WHERE status = 'failed';
CREATE INDEX queue_items_aside ON queue_items (queue, status) WHERE status IN ('parked', 'paused');
CREATE INDEX queue_items_retrying ON queue_items (queue) WHERE status = 'retrying';
CREATE INDEX queue_items_retried ON queue_items (updated_at) WHERE status = 'retrying';
CREATE INDEX queue_items_deadline ON queue_items (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE INDEX queue_items_policy ON queue_items (policy_pk) WHERE policy_pk IS NOT NULL;
CREATE INDEX queue_items_account ON queue_items (account, status) WHERE account IS NOT NULL;
CREATE INDEX queue_items_subject ON queue_items (subject_kind, subject_id, status) WHERE subject_id IS NOT NULL;
CREATE INDEX queue_items_batch ON queue_items (batch_id, status) WHERE batch_id IS NOT NULL;
CREATE INDEX queue_items_key ON queue_items (limit_key, status) WHERE limit_key IS NOT NULL;
CREATE INDEX queue_items_held ON queue_items (queue, held_by) WHERE held_by IS NOT NULL;
CREATE INDEX queue_items_held_batch ON queue_items (batch_id, queue, kind, priority, due_at) WHERE held_by = 'batch';
CREATE INDEX queue_items_held_key ON queue_items (limit_key, queue, kind, priority, due_at) WHERE held_by = 'key';
CREATE INDEX queue_items_held_kind ON queue_items (kind, queue, priority, due_at) WHERE held_by = 'kind';
CREATE INDEX queue_items_held_unique ON queue_items (kind, unique_key, priority, due_at) WHERE held_by = 'unique';
CREATE INDEX queue_items_turn ON queue_items (queue, priority, rank_at) WHERE held_by = 'turn' AND rank_at IS NOT NULL;
CREATE INDEX queue_items_line ON queue_items (queue, priority, account, rank_at, due_at) WHERE held_by = 'turn';

-- Attempts that did not complete their item, and those that did if the policy keeps all attempts.
CREATE TABLE queue_attempts (
    pk            INTEGER PRIMARY KEY,
    item_pk       INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    number        INTEGER NOT NULL CHECK (number >= 1), -- the item's claims at that time
    worker        TEXT NOT NULL,
    lease_token   BLOB NOT NULL CHECK (length(lease_token) = 16),
    claimed_at    INTEGER NOT NULL,
    finished_at   INTEGER NOT NULL,
    outcome       TEXT NOT NULL CHECK (outcome = 'completed' OR outcome = 'failed' OR outcome = 'snoozed'
        OR outcome = 'released' OR outcome = 'rescued' OR outcome = 'parked' OR outcome = 'cancelled' OR outcome = 'lost'),
    is_charged    INTEGER NOT NULL CHECK (is_charged IN (0, 1)),
    error_code    TEXT,
    error_message TEXT,
    result        TEXT CHECK (result IS NULL OR json_valid(result)), -- of a failed attempt; the result of a success is in the item
    UNIQUE (item_pk, number)
) STRICT;

-- The items that hold unique keys. The statuses in which an item holds its key are bits, in the order of
-- QueueItem.Status.
CREATE TABLE queue_unique_keys (
    item_pk    INTEGER PRIMARY KEY REFERENCES queue_items (pk) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    states     INTEGER NOT NULL,
    expires_at INTEGER,                             -- null: no end
    is_held    INTEGER NOT NULL CHECK (is_held IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX queue_unique_keys_holder ON queue_unique_keys (kind, unique_key) WHERE is_held = 1;
CREATE INDEX queue_unique_keys_lapse ON queue_unique_keys (expires_at) WHERE is_held = 1 AND expires_at IS NOT NULL;

-- The progress of the running attempt, as reported by its worker.
CREATE TABLE queue_progress (
    item_pk                 INTEGER PRIMARY KEY REFERENCES queue_items (pk) ON DELETE CASCADE,
    claim                   INTEGER NOT NULL,       -- the item's claims; a row of an earlier attempt is ignored
    percent                 INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    step                    TEXT,
    message                 TEXT,
    estimated_completion_at INTEGER,
    reported_at             INTEGER NOT NULL
) STRICT;

CREATE TABLE queue_item_tags (
    tag     TEXT NOT NULL CHECK (tag <> ''),
    item_pk INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    PRIMARY KEY (tag, item_pk)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_item_tags_item ON queue_item_tags (item_pk);

CREATE TABLE queue_controls (
    queue          TEXT PRIMARY KEY NOT NULL CHECK (queue <> ''),
    is_paused      INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
    paused_at      INTEGER,
    reason         TEXT,
    aging_seconds  INTEGER CHECK (aging_seconds >= 0), -- null: ten minutes; 0: never
    is_fair        INTEGER NOT NULL DEFAULT 0 CHECK (is_fair IN (0, 1)),
    max_waiting    INTEGER CHECK (max_waiting >= 0),
    draining_since INTEGER,
    updated_at     INTEGER NOT NULL,
    CHECK ((is_paused = 1) = (paused_at IS NOT NULL))
) STRICT;

-- How many items wait in queues with a limit; kept from queue_items. Separate from queue_controls, which seldom
-- changes and is cached.
CREATE TABLE queue_waiting (
    queue TEXT PRIMARY KEY NOT NULL,
    items INTEGER NOT NULL CHECK (items >= 0)
) STRICT;

CREATE TABLE queue_limits (
    pk                INTEGER PRIMARY KEY,
    scope             TEXT NOT NULL CHECK (scope IN ('key', 'kind')),
    name              TEXT NOT NULL CHECK (name <> ''),
    is_paused         INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
    reason            TEXT,
    max_running       INTEGER CHECK (max_running >= 1),
    rate_count        INTEGER CHECK (rate_count >= 1),
    rate_seconds      INTEGER CHECK (rate_seconds >= 1),
    updated_at        INTEGER NOT NULL,
    UNIQUE (scope, name),
    CHECK ((rate_count IS NULL) = (rate_seconds IS NULL))
) STRICT;

-- The running windows of rate limits. Separate from queue_limits, which seldom changes and is cached.
CREATE TABLE queue_limit_windows (
    limit_pk   INTEGER PRIMARY KEY REFERENCES queue_limits (pk) ON DELETE CASCADE,
    started_at INTEGER NOT NULL,                    -- with its first claim
    claims     INTEGER NOT NULL CHECK (claims >= 0),
    reopens_at INTEGER                              -- when the window is over, while items wait for it
) STRICT;
CREATE INDEX queue_limit_windows_started ON queue_limit_windows (started_at) WHERE reopens_at IS NOT NULL;
CREATE INDEX queue_limit_windows_reopening ON queue_limit_windows (reopens_at) WHERE reopens_at IS NOT NULL;

-- The weights of accounts in fair queues; 1 for all others.
CREATE TABLE queue_weights (
    account    ANY PRIMARY KEY NOT NULL CHECK (typeof(account) = 'text' OR typeof(account) = 'blob'),
    weight     INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 1000),
    updated_at INTEGER NOT NULL
) STRICT;

-- The usage of fair queues by account. Account 0 is the rank that is being served, account 1 the items without an
-- account.
CREATE TABLE queue_shares (
    queue    TEXT NOT NULL CHECK (queue <> ''),
    priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    account  ANY NOT NULL,
    rank_at  INTEGER NOT NULL,
    PRIMARY KEY (queue, priority, account)
) STRICT, WITHOUT ROWID;

-- Finished items and their times, in slots of five minutes, later of hours and days. Rows outlive the items.
CREATE TABLE queue_measures (
    queue            TEXT NOT NULL,
    slot_at          INTEGER NOT NULL,
    kind             TEXT NOT NULL,
    measure          TEXT NOT NULL CHECK (measure IN ('wait', 'processing')),
    outcome          TEXT NOT NULL CHECK (outcome = 'completed' OR outcome = 'failed' OR outcome = 'cancelled'),
    bucket           INTEGER NOT NULL CHECK (bucket BETWEEN -1 AND 255),
    items            INTEGER NOT NULL,
    microseconds_sum INTEGER NOT NULL,
    PRIMARY KEY (queue, slot_at, kind, measure, outcome, bucket)
) STRICT, WITHOUT ROWID;

"""#,
        down: #"""
DROP TABLE queue_measures;
DROP TABLE queue_shares;
DROP TABLE queue_weights;
DROP TABLE queue_limit_windows;
DROP TABLE queue_limits;
DROP TABLE queue_waiting;
DROP TABLE queue_controls;
DROP TABLE queue_item_tags;
DROP TABLE queue_progress;
DROP TABLE queue_unique_keys;
DROP TABLE queue_attempts;
DROP TABLE queue_items;
DROP TABLE queue_kinds;
DROP TABLE queue_policies;

"""#,
        checksum: "37dfc0b3ea0d4d1f6c855366a62b847a9314d9e163f1fdc0b5a47e249ada6ed3"),
      Migration(
        version: 4, name: "flows",
        embedded: #"""
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

"""#,
        down: #"""
DROP TABLE batch_callbacks;
DROP TABLE queue_dependencies;

"""#,
        checksum: "90283e9de4463deb77853424533d5b06c2c18623877669349a8b9574e6b02677"),
      Migration(
        version: 5, name: "schedules",
        embedded: #"""
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

"""#,
        down: #"""
DROP TABLE queue_schedule_runs;
DROP TABLE queue_schedules;

"""#,
        checksum: "175eb012b3e746b2b6e6462ce2bed36d711db68f17c266b41755ab7670789a2d"),
    ])
}
