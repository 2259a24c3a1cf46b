// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0020QueueChecks = Migration(
    version: 20, name: "queue_checks",
    embedded: #"""
-- The tables of queue items, attempts and measures anew, for what is asked of every row that is written.
--
-- SQLite answers x IN (...) of three and more words by filling a temporary b-tree in each statement that asks. An
-- enqueue asked nine times, a claim and its completion eight times; words that are compared one by one cost a
-- fraction of that. Documents that are empty need no parser, and the columns that came later move before the
-- documents, so that none of them lies behind a long one on other pages.
-- https://www.sqlite.org/lang_altertable.html#otheralter

CREATE TABLE queue_items_new (
    pk                           INTEGER PRIMARY KEY,
    id                           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    queue                        TEXT NOT NULL DEFAULT 'default' CHECK (queue <> ''),
    kind                         TEXT NOT NULL CHECK (kind <> ''),
    status                       TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'running'
        OR status = 'completed' OR status = 'retrying' OR status = 'failed' OR status = 'cancelled'
        OR status = 'waiting_for_action' OR status = 'paused'),
    paused_from                  TEXT CHECK (paused_from = 'pending' OR paused_from = 'retrying'
        OR paused_from = 'waiting_for_action'),
    held_by                      TEXT CHECK (
        held_by = 'dependency'    -- other items must finish first
        OR held_by = 'batch'      -- its batch is paused or has as many running items as it allows
        OR held_by = 'key'        -- the same of its limit_key
        OR held_by = 'kind'       -- the same of its kind
        OR held_by = 'turn'       -- its queue is fair, and other work of its customer, or other customers, come first
        OR held_by = 'deadline'), -- its deadline has passed; it waits to be given up
    priority                     INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    due_at                       INTEGER NOT NULL,   -- not claimed before
    deadline_at                  INTEGER,            -- of the whole item, over all attempts
    rank_at                      INTEGER,            -- the first of its customer in a fair queue: its turn
    -- lease of the running attempt
    lease_token                  BLOB CHECK (length(lease_token) = 16),
    lease_expires_at             INTEGER,
    lost_lease                   TEXT NOT NULL DEFAULT 'retry'
        CHECK (lost_lease = 'retry' OR lost_lease = 'fail' OR lost_lease = 'ask'),
    worker                       TEXT,               -- who runs it, or ran it last
    processing_node              TEXT,
    run_limit_seconds            INTEGER CHECK (run_limit_seconds > 0), -- of one attempt
    claimed_at                   INTEGER,            -- of the last claim
    cancel_requested_at          INTEGER,
    -- attempts
    claim_count                  INTEGER NOT NULL DEFAULT 0 CHECK (claim_count >= 0), -- ever; numbers the attempts
    attempts                     INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),    -- charged; may be given back
    max_attempts                 INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1), -- the first and three retries
    -- the delay before retry n, counted from 0: retry_delay_seconds, times n + 1, or times factor to the n
    retry_delay_seconds          INTEGER NOT NULL DEFAULT 300 CHECK (retry_delay_seconds >= 0),
    backoff                      TEXT NOT NULL DEFAULT 'exponential'
        CHECK (backoff = 'exponential' OR backoff = 'constant' OR backoff = 'linear'),
    backoff_factor_percent       INTEGER NOT NULL DEFAULT 200 CHECK (backoff_factor_percent >= 100),
    backoff_cap_seconds          INTEGER NOT NULL DEFAULT 21600 CHECK (backoff_cap_seconds >= 0),
    backoff_jitter_percent       INTEGER NOT NULL DEFAULT 10 CHECK (backoff_jitter_percent BETWEEN 0 AND 100),
    rescues                      INTEGER NOT NULL DEFAULT 0 CHECK (rescues >= 0),     -- in a row
    max_rescues                  INTEGER NOT NULL DEFAULT 3 CHECK (max_rescues >= 0),
    snoozes                      INTEGER NOT NULL DEFAULT 0 CHECK (snoozes >= 0),
    -- The states in which the item holds its unique key, a bit each: pending 1, running 2, retrying 4,
    -- waiting_for_action 8, paused 16, completed 32, failed 64, cancelled 128. Until when, NULL for no end.
    unique_key                   TEXT CHECK (unique_key <> ''),
    unique_states                INTEGER NOT NULL DEFAULT 31 CHECK (unique_states BETWEEN 0 AND 255),
    unique_until                 INTEGER,
    limit_key                    TEXT CHECK (limit_key <> ''),
    -- kept from queue_dependencies: how many open ones the item has, and how many open ones name it as their parent
    waits_for                    INTEGER NOT NULL DEFAULT 0 CHECK (waits_for >= 0),
    dependants                   INTEGER NOT NULL DEFAULT 0 CHECK (dependants >= 0),
    -- whose work
    customer_id                  BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    directory_id                 BLOB REFERENCES directories (id) ON DELETE RESTRICT,
    batch_id                     BLOB REFERENCES batches (id) ON DELETE SET NULL,
    credits                      INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0),     -- what it costs
    credit_state                 TEXT NOT NULL DEFAULT 'none' CHECK (credit_state = 'none'
        OR credit_state = 'reserved' OR credit_state = 'spent' OR credit_state = 'released'),
    -- progress and times
    progress                     INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100), -- percent, told by the worker
    current_step                 TEXT,
    current_message              TEXT,               -- what the worker says about the step
    first_started_at             INTEGER,
    finished_at                  INTEGER,
    estimated_completion_at      INTEGER,
    queue_wait_microseconds      INTEGER CHECK (queue_wait_microseconds >= 0),  -- created, or due if later, to first claim
    processing_microseconds      INTEGER CHECK (processing_microseconds >= 0),  -- of the attempt that finished it
    error_code                   TEXT,
    error_message                TEXT,
    -- submission work
    automation_method            TEXT NOT NULL DEFAULT 'chrome_extension' CHECK (automation_method = 'chrome_extension'
        OR automation_method = 'api' OR automation_method = 'manual' OR automation_method = 'headless_browser'
        OR automation_method = 'rpa_tool'),
    requires_verification        INTEGER NOT NULL DEFAULT 0 CHECK (requires_verification IN (0, 1)),
    verification_status          TEXT CHECK (verification_status = 'not_required' OR verification_status = 'pending'
        OR verification_status = 'passed' OR verification_status = 'failed'),
    form_complexity              INTEGER NOT NULL DEFAULT 1 CHECK (form_complexity BETWEEN 1 AND 10),
    captcha_encountered          INTEGER NOT NULL DEFAULT 0 CHECK (captcha_encountered IN (0, 1)),
    manual_intervention_required INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_required IN (0, 1)),
    external_submission_id       TEXT,
    screenshot_url               TEXT,
    created_at                   INTEGER NOT NULL,
    updated_at                   INTEGER NOT NULL,
    payload_key                  TEXT CHECK (payload_key <> ''), -- seals the payload; NULL for plain JSON
    -- documents, last so that the short columns stay on the row's first page
    payload                      TEXT NOT NULL DEFAULT '{}' CHECK (payload = '{}' OR json_valid(payload)),
    submission_data              TEXT NOT NULL DEFAULT '{}' CHECK (submission_data = '{}' OR json_valid(submission_data)),
    business_data                TEXT NOT NULL DEFAULT '{}' CHECK (business_data = '{}' OR json_valid(business_data)),
    result                       TEXT NOT NULL DEFAULT '{}' CHECK (result = '{}' OR json_valid(result)),
    proof                        TEXT NOT NULL DEFAULT '{}' CHECK (proof = '{}' OR json_valid(proof)),
    error_history                TEXT NOT NULL DEFAULT '[]' CHECK (error_history = '[]' OR json_valid(error_history)),
    tags                         TEXT NOT NULL DEFAULT '[]' CHECK (tags = '[]' OR json_valid(tags)),
    metadata                     TEXT NOT NULL DEFAULT '{}' CHECK (metadata = '{}' OR json_valid(metadata)),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK (status <> 'running' OR (worker IS NOT NULL AND claimed_at IS NOT NULL AND first_started_at IS NOT NULL)),
    CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
    CHECK ((status = 'paused') = (paused_from IS NOT NULL)),
    CHECK (credit_state = 'none' OR (credits > 0 AND customer_id IS NOT NULL))
) STRICT;

CREATE TABLE queue_attempts_new (
    pk              INTEGER PRIMARY KEY,
    item_pk         INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    number          INTEGER NOT NULL CHECK (number >= 1), -- the item's claim_count at the claim
    worker          TEXT NOT NULL,
    processing_node TEXT,
    lease_token     BLOB NOT NULL CHECK (length(lease_token) = 16),
    claimed_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    outcome         TEXT CHECK (outcome = 'completed' OR outcome = 'failed' OR outcome = 'snoozed'
        OR outcome = 'released' OR outcome = 'rescued' OR outcome = 'waiting' OR outcome = 'cancelled'
        OR outcome = 'lost'),
    is_charged      INTEGER NOT NULL DEFAULT 1 CHECK (is_charged IN (0, 1)),
    error_code      TEXT,
    error_message   TEXT,
    -- what an attempt that failed had found out all the same; that of a completed one stands in the item alone
    result          TEXT CHECK (result IS NULL OR json_valid(result)),
    UNIQUE (item_pk, number),
    CHECK ((outcome IS NULL) = (finished_at IS NULL))
) STRICT;

CREATE TABLE queue_measures_new (
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

INSERT INTO queue_items_new (
    pk, id, queue, kind, status, paused_from, held_by, priority, due_at, deadline_at, rank_at, lease_token,
    lease_expires_at, lost_lease, worker, processing_node, run_limit_seconds, claimed_at, cancel_requested_at,
    claim_count, attempts, max_attempts, retry_delay_seconds, backoff, backoff_factor_percent, backoff_cap_seconds,
    backoff_jitter_percent, rescues, max_rescues, snoozes, unique_key, unique_states, unique_until, limit_key,
    waits_for, dependants, customer_id, directory_id, batch_id, credits, credit_state, progress, current_step,
    current_message, first_started_at, finished_at, estimated_completion_at, queue_wait_microseconds,
    processing_microseconds, error_code, error_message, automation_method, requires_verification,
    verification_status, form_complexity, captcha_encountered, manual_intervention_required, external_submission_id,
    screenshot_url, created_at, updated_at, payload_key, payload, submission_data, business_data, result, proof,
    error_history, tags, metadata)
SELECT
    pk, id, queue, kind, status, paused_from, held_by, priority, due_at, deadline_at, rank_at, lease_token,
    lease_expires_at, lost_lease, worker, processing_node, run_limit_seconds, claimed_at, cancel_requested_at,
    claim_count, attempts, max_attempts, retry_delay_seconds, backoff, backoff_factor_percent, backoff_cap_seconds,
    backoff_jitter_percent, rescues, max_rescues, snoozes, unique_key, unique_states, unique_until, limit_key,
    waits_for, dependants, customer_id, directory_id, batch_id, credits, credit_state, progress, current_step,
    current_message, first_started_at, finished_at, estimated_completion_at, queue_wait_microseconds,
    processing_microseconds, error_code, error_message, automation_method, requires_verification,
    verification_status, form_complexity, captcha_encountered, manual_intervention_required, external_submission_id,
    screenshot_url, created_at, updated_at, payload_key, payload, submission_data, business_data, result, proof,
    error_history, tags, metadata
FROM queue_items ORDER BY pk;

INSERT INTO queue_attempts_new (
    pk, item_pk, number, worker, processing_node, lease_token, claimed_at, finished_at, outcome, is_charged,
    error_code, error_message, result)
SELECT
    pk, item_pk, number, worker, processing_node, lease_token, claimed_at, finished_at, outcome, is_charged,
    error_code, error_message, result
FROM queue_attempts ORDER BY pk;

INSERT INTO queue_measures_new (queue, slot_at, kind, measure, outcome, bucket, items, microseconds_sum)
SELECT queue, slot_at, kind, measure, outcome, bucket, items, microseconds_sum
FROM queue_measures ORDER BY queue, slot_at, kind, measure, outcome, bucket;

DROP TABLE queue_measures;
DROP TABLE queue_attempts;
DROP TABLE queue_items;
-- The usual rename would look into the views, which miss their tables at this moment.
PRAGMA legacy_alter_table = ON;
ALTER TABLE queue_items_new RENAME TO queue_items;
ALTER TABLE queue_attempts_new RENAME TO queue_attempts;
ALTER TABLE queue_measures_new RENAME TO queue_measures;
PRAGMA legacy_alter_table = OFF;

CREATE INDEX queue_items_lease ON queue_items (lease_expires_at) WHERE status = 'running';
CREATE INDEX queue_items_deadline ON queue_items (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE INDEX queue_items_batch ON queue_items (batch_id, status) WHERE batch_id IS NOT NULL;
CREATE INDEX queue_items_customer ON queue_items (customer_id, status) WHERE customer_id IS NOT NULL;
CREATE INDEX queue_items_directory ON queue_items (directory_id, status) WHERE directory_id IS NOT NULL;
CREATE INDEX queue_items_kind ON queue_items (kind, status);
CREATE INDEX queue_items_failed ON queue_items (queue, finished_at) WHERE status = 'failed';
CREATE INDEX queue_items_held ON queue_items (queue, status) WHERE status IN ('paused', 'waiting_for_action');
-- A claim is one probe of this index per queue and priority; within a due_at it ends in pk.
CREATE INDEX queue_items_claim ON queue_items (queue, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
-- The same for workers that know some kinds only.
CREATE INDEX queue_items_claim_kind ON queue_items (queue, kind, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
CREATE UNIQUE INDEX queue_items_unique ON queue_items (kind, unique_key)
    WHERE unique_key IS NOT NULL AND (unique_states & CASE status WHEN 'pending' THEN 1 WHEN 'running' THEN 2
        WHEN 'retrying' THEN 4 WHEN 'waiting_for_action' THEN 8 WHEN 'paused' THEN 16 WHEN 'completed' THEN 32
        WHEN 'failed' THEN 64 ELSE 128 END) <> 0;
CREATE INDEX queue_items_held_back ON queue_items (queue, held_by) WHERE held_by IS NOT NULL;
-- The next one to let go: by batch, key or kind, then queue and kind of work, then in the order of claims.
CREATE INDEX queue_items_held_batch ON queue_items (batch_id, queue, kind, priority, due_at) WHERE held_by = 'batch';
CREATE INDEX queue_items_held_key ON queue_items (limit_key, queue, kind, priority, due_at) WHERE held_by = 'key';
CREATE INDEX queue_items_held_kind ON queue_items (kind, queue, priority, due_at) WHERE held_by = 'kind';
CREATE INDEX queue_items_key ON queue_items (limit_key, status) WHERE limit_key IS NOT NULL;
-- Fair queues: the first of each customer by turn, and who follows it.
CREATE INDEX queue_items_turn ON queue_items (queue, priority, rank_at) WHERE held_by = 'turn' AND rank_at IS NOT NULL;
CREATE INDEX queue_items_lane ON queue_items (queue, priority, customer_id, rank_at, due_at) WHERE held_by = 'turn';
CREATE INDEX queue_items_ended ON queue_items (status, finished_at) WHERE finished_at IS NOT NULL AND batch_id IS NULL;

"""#,
    down: #"""
-- The tables as they were, columns in their old order.

CREATE TABLE queue_items_new (
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
    held_by TEXT CHECK (held_by IN
    ('dependency',  -- other items must finish first
     'batch',       -- its batch is paused or has as many running items as it allows
     'key',         -- the same of its limit_key
     'kind',        -- the same of its kind
     'turn',        -- its queue is fair, and other work of its customer, or other customers, come first
     'deadline')),
    limit_key TEXT CHECK (limit_key <> ''),
    rank_at INTEGER,
    lost_lease TEXT NOT NULL DEFAULT 'retry' CHECK (lost_lease IN ('retry', 'fail', 'ask')),
    backoff TEXT NOT NULL DEFAULT 'exponential' CHECK (backoff IN ('constant', 'linear', 'exponential')),
    backoff_factor_percent INTEGER NOT NULL DEFAULT 200 CHECK (backoff_factor_percent >= 100),
    backoff_cap_seconds INTEGER NOT NULL DEFAULT 21600 CHECK (backoff_cap_seconds >= 0),
    backoff_jitter_percent INTEGER NOT NULL DEFAULT 10 CHECK (backoff_jitter_percent BETWEEN 0 AND 100),
    unique_states INTEGER NOT NULL DEFAULT 31 CHECK (unique_states BETWEEN 0 AND 255),
    unique_until INTEGER,
    current_message TEXT,
    payload_key TEXT CHECK (payload_key <> ''),
    waits_for INTEGER NOT NULL DEFAULT 0 CHECK (waits_for >= 0),
    dependants INTEGER NOT NULL DEFAULT 0 CHECK (dependants >= 0),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
    CHECK (status <> 'running' OR (worker IS NOT NULL AND claimed_at IS NOT NULL AND first_started_at IS NOT NULL)),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((status = 'paused') = (paused_from IS NOT NULL)),
    CHECK (credit_state = 'none' OR (credits > 0 AND customer_id IS NOT NULL))
) STRICT;

CREATE TABLE queue_attempts_new (
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
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    UNIQUE (item_pk, number),
    CHECK ((outcome IS NULL) = (finished_at IS NULL))
) STRICT;

CREATE TABLE queue_measures_new (
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

INSERT INTO queue_items_new (
    pk, id, queue, kind, status, paused_from, priority, due_at, deadline_at, lease_token, lease_expires_at, worker,
    processing_node, run_limit_seconds, claimed_at, cancel_requested_at, claim_count, attempts, max_attempts,
    retry_delay_seconds, rescues, max_rescues, snoozes, unique_key, customer_id, directory_id, batch_id, credits,
    credit_state, progress, current_step, first_started_at, finished_at, estimated_completion_at,
    queue_wait_microseconds, processing_microseconds, error_code, error_message, automation_method,
    requires_verification, verification_status, form_complexity, captcha_encountered, manual_intervention_required,
    external_submission_id, screenshot_url, created_at, updated_at, payload, submission_data, business_data, result,
    proof, error_history, tags, metadata, held_by, limit_key, rank_at, lost_lease, backoff, backoff_factor_percent,
    backoff_cap_seconds, backoff_jitter_percent, unique_states, unique_until, current_message, payload_key,
    waits_for, dependants)
SELECT
    pk, id, queue, kind, status, paused_from, priority, due_at, deadline_at, lease_token, lease_expires_at, worker,
    processing_node, run_limit_seconds, claimed_at, cancel_requested_at, claim_count, attempts, max_attempts,
    retry_delay_seconds, rescues, max_rescues, snoozes, unique_key, customer_id, directory_id, batch_id, credits,
    credit_state, progress, current_step, first_started_at, finished_at, estimated_completion_at,
    queue_wait_microseconds, processing_microseconds, error_code, error_message, automation_method,
    requires_verification, verification_status, form_complexity, captcha_encountered, manual_intervention_required,
    external_submission_id, screenshot_url, created_at, updated_at, payload, submission_data, business_data, result,
    proof, error_history, tags, metadata, held_by, limit_key, rank_at, lost_lease, backoff, backoff_factor_percent,
    backoff_cap_seconds, backoff_jitter_percent, unique_states, unique_until, current_message, payload_key,
    waits_for, dependants
FROM queue_items ORDER BY pk;

INSERT INTO queue_attempts_new (
    pk, item_pk, number, worker, processing_node, lease_token, claimed_at, finished_at, outcome, is_charged,
    error_code, error_message, result)
SELECT
    pk, item_pk, number, worker, processing_node, lease_token, claimed_at, finished_at, outcome, is_charged,
    error_code, error_message, result
FROM queue_attempts ORDER BY pk;

INSERT INTO queue_measures_new (queue, slot_at, kind, measure, outcome, bucket, items, microseconds_sum)
SELECT queue, slot_at, kind, measure, outcome, bucket, items, microseconds_sum
FROM queue_measures ORDER BY queue, slot_at, kind, measure, outcome, bucket;

DROP TABLE queue_measures;
DROP TABLE queue_attempts;
DROP TABLE queue_items;
-- The usual rename would look into the views, which miss their tables at this moment.
PRAGMA legacy_alter_table = ON;
ALTER TABLE queue_items_new RENAME TO queue_items;
ALTER TABLE queue_attempts_new RENAME TO queue_attempts;
ALTER TABLE queue_measures_new RENAME TO queue_measures;
PRAGMA legacy_alter_table = OFF;

CREATE INDEX queue_items_lease ON queue_items (lease_expires_at) WHERE status = 'running';
CREATE INDEX queue_items_deadline ON queue_items (deadline_at) WHERE deadline_at IS NOT NULL AND finished_at IS NULL;
CREATE INDEX queue_items_batch ON queue_items (batch_id, status) WHERE batch_id IS NOT NULL;
CREATE INDEX queue_items_customer ON queue_items (customer_id, status) WHERE customer_id IS NOT NULL;
CREATE INDEX queue_items_directory ON queue_items (directory_id, status) WHERE directory_id IS NOT NULL;
CREATE INDEX queue_items_kind ON queue_items (kind, status);
CREATE INDEX queue_items_failed ON queue_items (queue, finished_at) WHERE status = 'failed';
CREATE INDEX queue_items_held ON queue_items (queue, status) WHERE status IN ('paused', 'waiting_for_action');
CREATE INDEX queue_items_claim ON queue_items (queue, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
CREATE INDEX queue_items_claim_kind ON queue_items (queue, kind, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
CREATE UNIQUE INDEX queue_items_unique ON queue_items (kind, unique_key)
    WHERE unique_key IS NOT NULL AND (unique_states & CASE status WHEN 'pending' THEN 1 WHEN 'running' THEN 2
        WHEN 'retrying' THEN 4 WHEN 'waiting_for_action' THEN 8 WHEN 'paused' THEN 16 WHEN 'completed' THEN 32
        WHEN 'failed' THEN 64 ELSE 128 END) <> 0;
CREATE INDEX queue_items_held_back ON queue_items (queue, held_by) WHERE held_by IS NOT NULL;
CREATE INDEX queue_items_held_batch ON queue_items (batch_id, queue, kind, priority, due_at) WHERE held_by = 'batch';
CREATE INDEX queue_items_held_key ON queue_items (limit_key, queue, kind, priority, due_at) WHERE held_by = 'key';
CREATE INDEX queue_items_held_kind ON queue_items (kind, queue, priority, due_at) WHERE held_by = 'kind';
CREATE INDEX queue_items_key ON queue_items (limit_key, status) WHERE limit_key IS NOT NULL;
CREATE INDEX queue_items_turn ON queue_items (queue, priority, rank_at) WHERE held_by = 'turn' AND rank_at IS NOT NULL;
CREATE INDEX queue_items_lane ON queue_items (queue, priority, customer_id, rank_at, due_at) WHERE held_by = 'turn';
CREATE INDEX queue_items_ended ON queue_items (status, finished_at) WHERE finished_at IS NOT NULL AND batch_id IS NULL;

"""#,
    checksum: "f558741c7bb39a7b57971f3c08ba8f8010cd88168bf4c2f68ff89ae8ca81d7a6")
}
