// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0006Queue = Migration(
    version: 6, name: "queue",
    embedded: #"""
-- The durable work queue: batches, items, one row per attempt, schedules, and a switch per queue.
-- Priority 1 is the highest. A lease belongs to a running item and to nothing else.

CREATE TABLE queue_controls (
    queue      TEXT PRIMARY KEY NOT NULL CHECK (queue <> ''),
    is_paused  INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
    paused_at  INTEGER,
    reason     TEXT,
    updated_at INTEGER NOT NULL,
    CHECK ((is_paused = 1) = (paused_at IS NOT NULL))
) STRICT;

CREATE TABLE batches (
    pk                          INTEGER PRIMARY KEY,
    id                          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id                 BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    name                        TEXT NOT NULL,
    description                 TEXT,
    status                      TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'processing', 'paused', 'completed', 'failed', 'cancelled')),
    priority                    INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_concurrent_items        INTEGER NOT NULL DEFAULT 5 CHECK (max_concurrent_items >= 1),
    stop_on_error               INTEGER NOT NULL DEFAULT 0 CHECK (stop_on_error IN (0, 1)),
    retry_failed_items          INTEGER NOT NULL DEFAULT 1 CHECK (retry_failed_items IN (0, 1)),
    scheduled_at                INTEGER,
    started_at                  INTEGER,
    finished_at                 INTEGER,
    estimated_completion_at     INTEGER,
    -- kept from queue_items
    total_items                 INTEGER NOT NULL DEFAULT 0 CHECK (total_items >= 0),
    pending_items               INTEGER NOT NULL DEFAULT 0 CHECK (pending_items >= 0), -- pending and retrying
    running_items               INTEGER NOT NULL DEFAULT 0 CHECK (running_items >= 0),
    waiting_items               INTEGER NOT NULL DEFAULT 0 CHECK (waiting_items >= 0), -- paused and waiting for an action
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
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (status <> 'processing' OR started_at IS NOT NULL)
) STRICT;

CREATE INDEX batches_customer ON batches (customer_id, created_at) WHERE customer_id IS NOT NULL;
CREATE INDEX batches_status ON batches (status, priority, scheduled_at);
CREATE INDEX batches_created ON batches (created_at);
CREATE INDEX batches_finished ON batches (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE queue_items (
    pk                           INTEGER PRIMARY KEY,
    id                           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    queue                        TEXT NOT NULL DEFAULT 'default' CHECK (queue <> ''),
    kind                         TEXT NOT NULL CHECK (kind <> ''),
    status                       TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'running', 'retrying', 'waiting_for_action', 'paused', 'completed', 'failed', 'cancelled')),
    paused_from                  TEXT CHECK (paused_from IN ('pending', 'retrying', 'waiting_for_action')),
    priority                     INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    due_at                       INTEGER NOT NULL,   -- not claimed before
    deadline_at                  INTEGER,            -- of the whole item, over all attempts
    -- lease of the running attempt
    lease_token                  BLOB CHECK (length(lease_token) = 16),
    lease_expires_at             INTEGER,
    worker                       TEXT,               -- who runs it, or ran it last
    processing_node              TEXT,
    run_limit_seconds            INTEGER CHECK (run_limit_seconds > 0), -- of one attempt
    claimed_at                   INTEGER,            -- of the last claim
    cancel_requested_at          INTEGER,
    -- attempts
    claim_count                  INTEGER NOT NULL DEFAULT 0 CHECK (claim_count >= 0), -- ever; numbers the attempts
    attempts                     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),    -- charged; may be given back
    max_attempts                 INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1), -- the first and three retries
    retry_delay_seconds          INTEGER NOT NULL DEFAULT 300 CHECK (retry_delay_seconds >= 0),
    rescues                      INTEGER NOT NULL DEFAULT 0 CHECK (rescues >= 0),     -- in a row
    max_rescues                  INTEGER NOT NULL DEFAULT 3 CHECK (max_rescues >= 0),
    snoozes                      INTEGER NOT NULL DEFAULT 0 CHECK (snoozes >= 0),
    unique_key                   TEXT CHECK (unique_key <> ''), -- one unfinished item per kind and key
    -- whose work
    customer_id                  BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    directory_id                 BLOB REFERENCES directories (id) ON DELETE RESTRICT,
    batch_id                     BLOB REFERENCES batches (id) ON DELETE SET NULL,
    credits                      INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),     -- what it costs
    credit_state                 TEXT NOT NULL DEFAULT 'none' CHECK (credit_state IN ('none', 'reserved', 'spent', 'released')),
    -- progress and times
    progress                     INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100), -- percent, told by the worker
    current_step                 TEXT,
    first_started_at             INTEGER,
    finished_at                  INTEGER,
    estimated_completion_at      INTEGER,
    queue_wait_microseconds      INTEGER CHECK (queue_wait_microseconds >= 0),  -- created, or due if later, to first claim
    processing_microseconds      INTEGER CHECK (processing_microseconds >= 0),  -- of the attempt that finished it
    error_code                   TEXT,
    error_message                TEXT,
    -- submission work
    automation_method            TEXT NOT NULL DEFAULT 'chrome_extension' CHECK (automation_method IN
        ('chrome_extension', 'api', 'manual', 'headless_browser', 'rpa_tool')),
    requires_verification        INTEGER NOT NULL DEFAULT 0 CHECK (requires_verification IN (0, 1)),
    verification_status          TEXT CHECK (verification_status IN ('not_required', 'pending', 'passed', 'failed')),
    form_complexity              INTEGER NOT NULL DEFAULT 1 CHECK (form_complexity BETWEEN 1 AND 10),
    captcha_encountered          INTEGER NOT NULL DEFAULT 0 CHECK (captcha_encountered IN (0, 1)),
    manual_intervention_required INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_required IN (0, 1)),
    external_submission_id       TEXT,
    screenshot_url               TEXT,
    created_at                   INTEGER NOT NULL,
    updated_at                   INTEGER NOT NULL,
    -- documents, last so that the short columns stay on the row's first page
    payload                      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    submission_data              TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(submission_data)),
    business_data                TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(business_data)),
    result                       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(result)),
    proof                        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(proof)),
    error_history                TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(error_history)),
    tags                         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    metadata                     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK (status <> 'running' OR (worker IS NOT NULL AND claimed_at IS NOT NULL AND first_started_at IS NOT NULL)),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((status = 'paused') = (paused_from IS NOT NULL)),
    CHECK (credit_state = 'none' OR (credits > 0 AND customer_id IS NOT NULL))
) STRICT;

-- A claim is one probe of this index per queue and priority; within a due_at it ends in pk.
CREATE INDEX queue_items_claim ON queue_items (queue, priority, due_at) WHERE status IN ('pending', 'retrying');
CREATE INDEX queue_items_lease ON queue_items (lease_expires_at) WHERE status = 'running';
CREATE INDEX queue_items_deadline ON queue_items (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE UNIQUE INDEX queue_items_unique ON queue_items (kind, unique_key) WHERE unique_key IS NOT NULL AND finished_at IS NULL;
CREATE INDEX queue_items_batch ON queue_items (batch_id, status) WHERE batch_id IS NOT NULL;
CREATE INDEX queue_items_customer ON queue_items (customer_id, status) WHERE customer_id IS NOT NULL;
CREATE INDEX queue_items_directory ON queue_items (directory_id, status) WHERE directory_id IS NOT NULL;
CREATE INDEX queue_items_kind ON queue_items (kind, status);
CREATE INDEX queue_items_finished ON queue_items (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX queue_items_failed ON queue_items (queue, finished_at) WHERE status = 'failed';
CREATE INDEX queue_items_held ON queue_items (queue, status) WHERE status IN ('paused', 'waiting_for_action');

-- Hot and narrow, so it points to the item's pk.
CREATE TABLE queue_attempts (
    pk              INTEGER PRIMARY KEY,
    item_pk         INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    number          INTEGER NOT NULL CHECK (number >= 1), -- the item's claim_count at the claim
    worker          TEXT NOT NULL,
    processing_node TEXT,
    lease_token     BLOB NOT NULL CHECK (length(lease_token) = 16),
    claimed_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    outcome         TEXT CHECK (outcome IN
        ('completed', 'failed', 'snoozed', 'released', 'rescued', 'waiting', 'cancelled', 'lost')),
    is_charged      INTEGER NOT NULL DEFAULT 1 CHECK (is_charged IN (0, 1)),
    error_code      TEXT,
    error_message   TEXT,
    UNIQUE (item_pk, number),
    CHECK ((outcome IS NULL) = (finished_at IS NULL))
) STRICT;

CREATE TABLE queue_schedules (
    pk                 INTEGER PRIMARY KEY,
    id                 BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name               TEXT NOT NULL UNIQUE CHECK (name <> ''),
    queue              TEXT NOT NULL DEFAULT 'default' CHECK (queue <> ''),
    kind               TEXT NOT NULL CHECK (kind <> ''),
    payload            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    priority           INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_attempts       INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1),
    customer_id        BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    cron               TEXT,
    interval_seconds   INTEGER CHECK (interval_seconds > 0),
    time_zone          TEXT NOT NULL DEFAULT 'UTC',
    missed_policy      TEXT NOT NULL DEFAULT 'run_once' CHECK (missed_policy IN ('skip', 'run_once', 'run_all')),
    is_enabled         INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
    next_run_at        INTEGER,
    last_run_at        INTEGER,
    last_queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    metadata           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    CHECK ((cron IS NULL) <> (interval_seconds IS NULL))
) STRICT;

CREATE INDEX queue_schedules_next ON queue_schedules (next_run_at) WHERE is_enabled = 1;
CREATE INDEX queue_schedules_customer ON queue_schedules (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX queue_schedules_last_item ON queue_schedules (last_queue_item_id) WHERE last_queue_item_id IS NOT NULL;

"""#,
    down: #"""
DROP TABLE queue_schedules;
DROP TABLE queue_attempts;
DROP TABLE queue_items;
DROP TABLE batches;
DROP TABLE queue_controls;

"""#,
    checksum: "c51178d60e118323a06383df7a0ca507ec6bd44f065f2527b57090fef6d42c4f")
}
