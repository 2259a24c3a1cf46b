-- What the queue needs to hand out work fairly: why a waiting item is held back, limits by key and kind,
-- turns of customers, policies by kind, and unique keys that know their states and their window.
-- An item is claimable when it is pending or retrying, due, and held by nothing. A claim that meets an item whose
-- batch, key or kind is full holds it, once; whoever frees a place lets the next one go.

ALTER TABLE queue_items ADD COLUMN held_by TEXT CHECK (held_by IN
    ('dependency',  -- other items must finish first
     'batch',       -- its batch is paused or has as many running items as it allows
     'key',         -- the same of its limit_key
     'kind',        -- the same of its kind
     'turn',        -- its queue is fair, and other work of its customer, or other customers, come first
     'deadline'));  -- its deadline has passed; it waits to be given up
ALTER TABLE queue_items ADD COLUMN limit_key TEXT CHECK (limit_key <> '');
ALTER TABLE queue_items ADD COLUMN rank_at INTEGER;          -- the first of its customer in a fair queue: its turn
ALTER TABLE queue_items ADD COLUMN lost_lease TEXT NOT NULL DEFAULT 'retry' CHECK (lost_lease IN ('retry', 'fail', 'ask'));
-- the delay before retry n, counted from 0: retry_delay_seconds, times n + 1, or times factor to the n
ALTER TABLE queue_items ADD COLUMN backoff TEXT NOT NULL DEFAULT 'exponential' CHECK (backoff IN ('constant', 'linear', 'exponential'));
ALTER TABLE queue_items ADD COLUMN backoff_factor_percent INTEGER NOT NULL DEFAULT 200 CHECK (backoff_factor_percent >= 100);
ALTER TABLE queue_items ADD COLUMN backoff_cap_seconds INTEGER NOT NULL DEFAULT 21600 CHECK (backoff_cap_seconds >= 0);
ALTER TABLE queue_items ADD COLUMN backoff_jitter_percent INTEGER NOT NULL DEFAULT 10 CHECK (backoff_jitter_percent BETWEEN 0 AND 100);
-- The states in which the item holds its unique key, a bit each: pending 1, running 2, retrying 4,
-- waiting_for_action 8, paused 16, completed 32, failed 64, cancelled 128. Until when, NULL for no end.
ALTER TABLE queue_items ADD COLUMN unique_states INTEGER NOT NULL DEFAULT 31 CHECK (unique_states BETWEEN 0 AND 255);
ALTER TABLE queue_items ADD COLUMN unique_until INTEGER;
ALTER TABLE queue_items ADD COLUMN current_message TEXT;     -- what the worker says about the step
ALTER TABLE queue_items ADD COLUMN payload_key TEXT CHECK (payload_key <> ''); -- seals the payload; NULL for plain JSON

DROP INDEX queue_items_claim;
CREATE INDEX queue_items_claim ON queue_items (queue, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
-- The same for workers that know some kinds only.
CREATE INDEX queue_items_claim_kind ON queue_items (queue, kind, priority, due_at)
    WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
DROP INDEX queue_items_unique;
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

ALTER TABLE queue_controls ADD COLUMN aging_seconds INTEGER CHECK (aging_seconds >= 0); -- a level up after so long; NULL 600, 0 never
ALTER TABLE queue_controls ADD COLUMN is_fair INTEGER NOT NULL DEFAULT 0 CHECK (is_fair IN (0, 1));
ALTER TABLE queue_controls ADD COLUMN max_waiting INTEGER CHECK (max_waiting >= 0);     -- more are refused; NULL no end

-- What items of a kind are given when they are enqueued, unless they say otherwise.
CREATE TABLE queue_kinds (
    kind                   TEXT PRIMARY KEY NOT NULL CHECK (kind <> ''),
    max_attempts           INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1),
    max_rescues            INTEGER NOT NULL DEFAULT 3 CHECK (max_rescues >= 0),
    retry_delay_seconds    INTEGER NOT NULL DEFAULT 300 CHECK (retry_delay_seconds >= 0),
    backoff                TEXT NOT NULL DEFAULT 'exponential' CHECK (backoff IN ('constant', 'linear', 'exponential')),
    backoff_factor_percent INTEGER NOT NULL DEFAULT 200 CHECK (backoff_factor_percent >= 100),
    backoff_cap_seconds    INTEGER NOT NULL DEFAULT 21600 CHECK (backoff_cap_seconds >= 0),
    backoff_jitter_percent INTEGER NOT NULL DEFAULT 10 CHECK (backoff_jitter_percent BETWEEN 0 AND 100),
    run_limit_seconds      INTEGER CHECK (run_limit_seconds > 0),
    lost_lease             TEXT NOT NULL DEFAULT 'retry' CHECK (lost_lease IN ('retry', 'fail', 'ask')),
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL
) STRICT;

-- How many items with a key, or of a kind, may run at a time, and how many may begin in a window of time.
-- A name of keys that ends in /* holds for each key that begins so and has no row of its own.
CREATE TABLE queue_limits (
    pk                INTEGER PRIMARY KEY,
    scope             TEXT NOT NULL CHECK (scope IN ('key', 'kind')),
    name              TEXT NOT NULL CHECK (name <> ''),
    is_paused         INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
    reason            TEXT,
    max_running       INTEGER CHECK (max_running >= 1),
    rate_count        INTEGER CHECK (rate_count >= 1),
    rate_seconds      INTEGER CHECK (rate_seconds >= 1),
    window_started_at INTEGER,                                       -- with its first claim
    window_claims     INTEGER NOT NULL DEFAULT 0 CHECK (window_claims >= 0),
    reopens_at        INTEGER,                                       -- when the window is over, while somebody waits for it
    updated_at        INTEGER NOT NULL,
    UNIQUE (scope, name),
    CHECK ((rate_count IS NULL) = (rate_seconds IS NULL))
) STRICT;

CREATE INDEX queue_limits_reopening ON queue_limits (reopens_at) WHERE reopens_at IS NOT NULL;

-- Turns in fair queues: how far each customer has got, in costs divided by weight; an empty lane is the queue's own clock.
CREATE TABLE queue_lanes (
    pk       INTEGER PRIMARY KEY,
    queue    TEXT NOT NULL CHECK (queue <> ''),
    priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    lane     BLOB NOT NULL CHECK (length(lane) IN (0, 16)),
    rank_at  INTEGER NOT NULL,
    UNIQUE (queue, priority, lane)
) STRICT;
