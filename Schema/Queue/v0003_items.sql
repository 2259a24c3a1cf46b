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
