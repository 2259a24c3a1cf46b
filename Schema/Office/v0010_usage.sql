-- Metering and credits: immutable events and ledger entries, and the sums maintained from them.
-- Corrections are new rows with the opposite sign.

CREATE TABLE usage_events (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    meter           TEXT NOT NULL CHECK (meter <> ''),
    quantity        INTEGER NOT NULL DEFAULT 1,
    amount_minor    INTEGER,
    currency        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    at              INTEGER NOT NULL,                -- the time of use
    recorded_at     INTEGER NOT NULL,
    local_day       TEXT NOT NULL CHECK (local_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- of at, in the store's time zone
    -- the subscription's billing period that it counts in; null: none
    period_start_at INTEGER,
    period_end_at   INTEGER CHECK (period_end_at > period_start_at), -- exclusive
    adjusts_at      INTEGER CHECK (adjusts_at < period_start_at), -- the start of the closed period that it came too late for
    metadata        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CHECK ((period_start_at IS NULL) = (period_end_at IS NULL))
) STRICT;

CREATE INDEX usage_events_customer ON usage_events (customer_id, meter, at);
CREATE INDEX usage_events_day ON usage_events (local_day, customer_id);
CREATE INDEX usage_events_adjustments ON usage_events (customer_id, period_start_at) WHERE adjusts_at IS NOT NULL;

CREATE TRIGGER usage_events_no_update BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;

CREATE TRIGGER usage_events_no_delete BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;

-- What a program declares about a meter; a meter without a row is a counter with a mark at 80 %.
CREATE TABLE usage_meters (
    meter      TEXT PRIMARY KEY NOT NULL CHECK (meter <> ''),
    marks      TEXT NOT NULL DEFAULT '80%',          -- thresholds, separated by spaces: a quantity, or a percentage
    is_gauge   INTEGER NOT NULL DEFAULT 0 CHECK (is_gauge IN (0, 1)), -- 1: a level, such as sites in use, that no period resets
    created_at INTEGER NOT NULL
) STRICT;

-- Billing periods whose records are final; what comes later counts in the open period.
CREATE TABLE usage_closings (
    pk              INTEGER PRIMARY KEY,
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    period_start_at INTEGER NOT NULL,
    period_end_at   INTEGER NOT NULL,                -- exclusive
    closed_at       INTEGER NOT NULL,
    UNIQUE (customer_id, period_start_at),
    CHECK (period_end_at > period_start_at)
) STRICT;

-- The first answer to the key of a consumption, which is given again to every retry.
CREATE TABLE usage_answers (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    -- what was asked
    meter           TEXT NOT NULL CHECK (meter <> ''),
    quantity        INTEGER NOT NULL,
    amount_minor    INTEGER,
    currency        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    at              INTEGER NOT NULL,
    local_day       TEXT NOT NULL CHECK (local_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    metadata        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    -- what was answered
    is_consumed     INTEGER NOT NULL CHECK (is_consumed IN (0, 1)), -- 0: refused
    period_kind     TEXT NOT NULL CHECK (period_kind = 'day' OR period_kind = 'month' OR period_kind = 'billing_period'),
    period_key      TEXT NOT NULL,
    period_start_at INTEGER NOT NULL,
    period_end_at   INTEGER NOT NULL,                -- exclusive
    used            INTEGER NOT NULL,
    quantity_limit  INTEGER CHECK (quantity_limit >= 0), -- null: unlimited
    limit_warned_at INTEGER,
    marks_reached   TEXT NOT NULL DEFAULT '',
    crossed         TEXT NOT NULL DEFAULT '',        -- the marks, separated by spaces
    CHECK ((amount_minor IS NULL) = (currency IS NULL))
) STRICT;

CREATE INDEX usage_answers_customer ON usage_answers (customer_id);

CREATE TRIGGER usage_answers_no_update BEFORE UPDATE ON usage_answers
BEGIN SELECT RAISE(ABORT, 'usage_answers is append-only'); END;

CREATE TRIGGER usage_answers_no_delete BEFORE DELETE ON usage_answers
BEGIN SELECT RAISE(ABORT, 'usage_answers is append-only'); END;

CREATE TABLE usage_records (
    pk               INTEGER PRIMARY KEY,
    customer_id      BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    meter            TEXT NOT NULL CHECK (meter <> ''),
    period_kind      TEXT NOT NULL CHECK (period_kind = 'day' OR period_kind = 'month' OR period_kind = 'billing_period'),
    period_key       TEXT NOT NULL,
    period_start_at  INTEGER NOT NULL,
    period_end_at    INTEGER NOT NULL,               -- exclusive
    event_count      INTEGER NOT NULL DEFAULT 0 CHECK (event_count >= 0),
    quantity_sum     INTEGER NOT NULL DEFAULT 0,
    amount_minor_sum INTEGER NOT NULL DEFAULT 0,
    currency         TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    -- set when the record is created, not maintained from events
    quantity_limit   INTEGER CHECK (quantity_limit >= 0), -- null: unlimited
    tier             TEXT,
    limit_warned_at  INTEGER,                        -- when usage first reached 80 % of the limit
    marks_reached    TEXT NOT NULL DEFAULT '',       -- marks already reported, separated by spaces
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (customer_id, period_kind, period_key, meter),
    CHECK (period_end_at > period_start_at),
    CHECK (amount_minor_sum = 0 OR currency IS NOT NULL),
    CHECK (CASE period_kind
        WHEN 'day' THEN period_key GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
        WHEN 'month' THEN period_key GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'
        ELSE period_key = CAST(period_start_at AS TEXT) END)
) STRICT;

CREATE INDEX usage_records_period ON usage_records (period_kind, period_key, meter, currency);
CREATE INDEX usage_records_warned ON usage_records (period_kind, period_end_at) WHERE limit_warned_at IS NOT NULL;

-- The credits of customers. Balances are maintained from credit_entries, terms from the subscription.
CREATE TABLE credit_balances (
    pk                INTEGER PRIMARY KEY,
    customer_id       BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE RESTRICT,
    granted           INTEGER NOT NULL DEFAULT 0 CHECK (granted >= 0),
    reserved          INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    spent             INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    owed              INTEGER NOT NULL DEFAULT 0 CHECK (owed >= 0), -- lost by a lowered limit, claimed from releases
    suspended         INTEGER NOT NULL DEFAULT 0 CHECK (suspended >= 0), -- given back when entitled again in the period
    credit_limit      INTEGER NOT NULL DEFAULT 0 CHECK (credit_limit >= 0), -- credits per billing period
    has_custom_limit  INTEGER NOT NULL DEFAULT 0 CHECK (has_custom_limit IN (0, 1)), -- 0: the limit is that of the terms
    -- terms
    tier              TEXT CHECK (tier <> ''),
    is_entitled       INTEGER NOT NULL DEFAULT 0 CHECK (is_entitled IN (0, 1)), -- receives and keeps credits
    hold_expires_at   INTEGER,                         -- no reserved hold expires before it; null: none expires
    billing_anchor_at INTEGER,
    period_start_at   INTEGER,
    period_end_at     INTEGER,                         -- exclusive
    billing_period    TEXT NOT NULL DEFAULT 'anniversary_months' CHECK (billing_period = 'anniversary_weeks'
        OR billing_period = 'anniversary_fortnights' OR billing_period = 'anniversary_months'
        OR billing_period = 'anniversary_quarters' OR billing_period = 'anniversary_years'
        OR billing_period = 'calendar_weeks' OR billing_period = 'calendar_fortnights'
        OR billing_period = 'calendar_months' OR billing_period = 'calendar_quarters'
        OR billing_period = 'calendar_years'),
    billing_day       INTEGER CHECK (billing_day BETWEEN 1 AND 31), -- null: that of the anchor
    due_at            INTEGER,                         -- when time alone changes the terms; null: never
    refills_at        INTEGER,                         -- when credits are refilled; null: not by time alone
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CHECK (granted - reserved - spent >= 0),
    CHECK ((period_start_at IS NULL) = (period_end_at IS NULL)),
    CHECK (period_end_at > period_start_at)
) STRICT;

-- The billing periods that were in force. One that a new series cuts short ends where that begins.
CREATE TABLE billing_periods (
    pk          INTEGER PRIMARY KEY,
    customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    start_at    INTEGER NOT NULL,
    end_at      INTEGER NOT NULL,                      -- exclusive
    UNIQUE (customer_id, start_at),
    CHECK (end_at > start_at)
) STRICT;

-- Credits reserved for a purpose whose outcome is open, and later spent or released.
CREATE TABLE credit_holds (
    pk              INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    credits         INTEGER NOT NULL CHECK (credits > 0),
    state           TEXT NOT NULL DEFAULT 'reserved' CHECK (state = 'reserved' OR state = 'spent' OR state = 'released' OR state = 'expired'),
    captured        INTEGER CHECK (captured > 0 AND captured <= credits), -- of a spent hold; null: all
    expires_at      INTEGER,                         -- from then on it holds nothing; null: never
    period_start_at INTEGER,                         -- the billing period whose credits it holds
    created_at      INTEGER NOT NULL,
    ended_at        INTEGER,
    CHECK ((state = 'reserved') = (ended_at IS NULL)),
    CHECK (captured IS NULL OR state = 'spent'),
    CHECK (state <> 'expired' OR expires_at IS NOT NULL)
) STRICT;

CREATE INDEX credit_holds_expiry ON credit_holds (customer_id, expires_at)
    WHERE state = 'reserved' AND expires_at IS NOT NULL;

-- The first answers to the keys of holds, captures and releases, which are given again to every retry.
CREATE TABLE credit_answers (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE CHECK (idempotency_key <> ''),
    request         TEXT NOT NULL,                   -- what was asked
    hold_id         BLOB REFERENCES credit_holds (id) ON DELETE RESTRICT, -- null: refused
    refusal         TEXT,                            -- the reason; null: done
    answered_at     INTEGER NOT NULL,
    CHECK ((hold_id IS NULL) <> (refusal IS NULL))
) STRICT;

CREATE INDEX credit_answers_hold ON credit_answers (hold_id) WHERE hold_id IS NOT NULL;

CREATE TRIGGER credit_answers_no_update BEFORE UPDATE ON credit_answers
BEGIN SELECT RAISE(ABORT, 'credit_answers is append-only'); END;

CREATE TRIGGER credit_answers_no_delete BEFORE DELETE ON credit_answers
BEGIN SELECT RAISE(ABORT, 'credit_answers is append-only'); END;

CREATE INDEX credit_holds_customer ON credit_holds (customer_id, state);

-- The ledger: every change of a balance.
CREATE TABLE credit_entries (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT UNIQUE CHECK (idempotency_key <> ''), -- a program's; the store's refills have refill_at
    refill_at       INTEGER,                         -- of a refill: the period's start
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    kind            TEXT NOT NULL CHECK (kind = 'grant' OR kind = 'reserve' OR kind = 'spend' OR kind = 'release'
        OR kind = 'expire' OR kind = 'adjust' OR kind = 'settle'),
    credits         INTEGER NOT NULL,                -- negative only for adjust
    granted_after   INTEGER NOT NULL CHECK (granted_after >= 0),
    reserved_after  INTEGER NOT NULL CHECK (reserved_after >= 0),
    spent_after     INTEGER NOT NULL CHECK (spent_after >= 0),
    period_start_at INTEGER,                         -- billing period it counts in
    hold_id         BLOB REFERENCES credit_holds (id) ON DELETE RESTRICT, -- null: no hold
    reason          TEXT,
    actor_kind      TEXT NOT NULL DEFAULT 'system',
    actor_id        TEXT,
    at              INTEGER NOT NULL,
    CHECK (kind = 'adjust' OR credits >= 0),
    CHECK (refill_at IS NULL OR kind = 'grant'),
    CHECK (granted_after - reserved_after - spent_after >= 0)
) STRICT;

CREATE INDEX credit_entries_customer ON credit_entries (customer_id, at);
CREATE UNIQUE INDEX credit_entries_refill ON credit_entries (customer_id, refill_at) WHERE refill_at IS NOT NULL;
CREATE INDEX credit_entries_hold ON credit_entries (hold_id) WHERE hold_id IS NOT NULL;

CREATE TRIGGER credit_entries_no_update BEFORE UPDATE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;

CREATE TRIGGER credit_entries_no_delete BEFORE DELETE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;
