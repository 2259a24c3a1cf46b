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
    is_day_given    INTEGER NOT NULL DEFAULT 0 CHECK (is_day_given IN (0, 1)), -- 1: a program stated local_day
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

-- Except by the store itself, which computes days for another zone and merges customers.
CREATE TRIGGER usage_events_no_update BEFORE UPDATE ON usage_events
WHEN NOT EXISTS (SELECT 1 FROM store_settings WHERE key = 'store.rewriting')
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
WHEN NOT EXISTS (SELECT 1 FROM store_settings WHERE key = 'store.rewriting')
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
    overage           INTEGER NOT NULL DEFAULT 0 CHECK (overage >= 0), -- used beyond the balance, paid by the next credits
    keeps_overage     INTEGER NOT NULL DEFAULT 0 CHECK (keeps_overage IN (0, 1)), -- 0: a new period forgives it
    clawback          INTEGER NOT NULL DEFAULT 0 CHECK (clawback >= 0), -- lost by a lowered limit, claimed from releases
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
    -- grants beside the plan's credits
    has_grants        INTEGER NOT NULL DEFAULT 0 CHECK (has_grants IN (0, 1)), -- 1: there has been one
    grants_free       INTEGER NOT NULL DEFAULT 0 CHECK (grants_free >= 0), -- of what remains, the part from grants
    grants_due_at     INTEGER,                         -- when time alone changes a grant; null: never
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    CHECK (granted - reserved - spent >= 0),
    CHECK ((period_start_at IS NULL) = (period_end_at IS NULL)),
    CHECK (period_end_at > period_start_at)
) STRICT;

CREATE INDEX credit_balances_holds_due ON credit_balances (hold_expires_at) WHERE hold_expires_at IS NOT NULL;
CREATE INDEX credit_balances_grants_due ON credit_balances (grants_due_at) WHERE grants_due_at IS NOT NULL;

-- The billing periods that were in force. One that a new series cuts short ends where that begins.
CREATE TABLE billing_periods (
    pk          INTEGER PRIMARY KEY,
    customer_id BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    start_at    INTEGER NOT NULL,
    end_at      INTEGER NOT NULL,                      -- exclusive
    UNIQUE (customer_id, start_at),
    CHECK (end_at > start_at)
) STRICT;

-- Credits granted beside those of the plan, each with its own lifetime.
CREATE TABLE credit_grants (
    pk              INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    idempotency_key TEXT UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    credits         INTEGER NOT NULL CHECK (credits >= 0),
    priority        INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 1 AND 100), -- 1 is used first
    effective_at    INTEGER NOT NULL,
    expires_at      INTEGER CHECK (expires_at > effective_at), -- exclusive; null: never
    recurrence      TEXT CHECK (recurrence = 'days' OR recurrence = 'weeks' OR recurrence = 'months'
        OR recurrence = 'years'),                    -- how often it is refilled; null: never
    roll_over_min   INTEGER CHECK (roll_over_min >= 0), -- what a new billing period leaves; null: all
    roll_over_max   INTEGER CHECK (roll_over_max >= roll_over_min),
    reason          TEXT,
    state           TEXT NOT NULL DEFAULT 'pending' CHECK (state = 'pending' OR state = 'open' OR state = 'lapsed' OR state = 'voided'),
    free            INTEGER NOT NULL DEFAULT 0 CHECK (free >= 0), -- maintained from credit_entries, as are the next two
    reserved        INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    spent           INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    recurs_at       INTEGER,                         -- the next refill
    reset_count     INTEGER NOT NULL DEFAULT 0 CHECK (reset_count >= 0),
    resets          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(resets)), -- the newest, since its oldest hold, for what comes back
    ended_at        INTEGER,
    created_at      INTEGER NOT NULL,
    CHECK ((roll_over_min IS NULL) = (roll_over_max IS NULL)),
    CHECK (recurs_at IS NULL OR recurrence IS NOT NULL),
    CHECK (ended_at IS NULL OR state = 'lapsed' OR state = 'voided')
) STRICT;

CREATE INDEX credit_grants_customer ON credit_grants (customer_id, pk);
CREATE INDEX credit_grants_active ON credit_grants (customer_id)
    WHERE state = 'pending' OR state = 'open' AND (free > 0 OR reserved > 0 OR recurrence IS NOT NULL OR roll_over_min > 0);
CREATE INDEX credit_grants_spent ON credit_grants (customer_id) WHERE spent > 0;

-- Use that is recorded as a fact, whether or not the balance covers it.
CREATE TABLE credit_uses (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    credits         INTEGER NOT NULL CHECK (credits > 0),
    overage         INTEGER NOT NULL CHECK (overage BETWEEN 0 AND credits), -- the part that no credits covered
    at              INTEGER NOT NULL,                -- the time of use
    recorded_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX credit_uses_customer ON credit_uses (customer_id, at);

CREATE TRIGGER credit_uses_no_update BEFORE UPDATE ON credit_uses
WHEN NOT EXISTS (SELECT 1 FROM store_settings WHERE key = 'store.rewriting')
BEGIN SELECT RAISE(ABORT, 'credit_uses is append-only'); END;

CREATE TRIGGER credit_uses_no_delete BEFORE DELETE ON credit_uses
BEGIN SELECT RAISE(ABORT, 'credit_uses is append-only'); END;

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

-- Where the credits of a hold come from, in the order taken; none: from the plan's credits.
CREATE TABLE credit_hold_parts (
    pk          INTEGER PRIMARY KEY,
    hold_id     BLOB NOT NULL REFERENCES credit_holds (id) ON DELETE RESTRICT,
    grant_id    BLOB REFERENCES credit_grants (id) ON DELETE RESTRICT, -- null: the plan's credits
    credits     INTEGER NOT NULL CHECK (credits > 0),
    after_resets INTEGER NOT NULL DEFAULT 0 CHECK (after_resets >= 0) -- the number of resets of the grant before
) STRICT;

CREATE INDEX credit_hold_parts_hold ON credit_hold_parts (hold_id, pk);
CREATE INDEX credit_hold_parts_grant ON credit_hold_parts (grant_id) WHERE grant_id IS NOT NULL;

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
    refill_end_at   INTEGER,                         -- of a refill: the period's end as known then
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    kind            TEXT NOT NULL CHECK (kind = 'grant' OR kind = 'reserve' OR kind = 'spend' OR kind = 'release'
        OR kind = 'expire' OR kind = 'adjust' OR kind = 'settle' OR kind = 'use' OR kind = 'exceed' OR kind = 'repay'
        OR kind = 'forgive' OR kind = 'correct'),
    credits         INTEGER NOT NULL,                -- negative only for adjust and correct
    granted_after   INTEGER NOT NULL CHECK (granted_after >= 0),
    reserved_after  INTEGER NOT NULL CHECK (reserved_after >= 0),
    spent_after     INTEGER NOT NULL CHECK (spent_after >= 0),
    overage_after   INTEGER NOT NULL DEFAULT 0 CHECK (overage_after >= 0),
    grant_id        BLOB REFERENCES credit_grants (id) ON DELETE RESTRICT, -- null: the plan's credits
    period_start_at INTEGER,                         -- billing period it counts in
    hold_id         BLOB REFERENCES credit_holds (id) ON DELETE RESTRICT, -- null: no hold
    reason          TEXT,
    actor_kind      TEXT NOT NULL DEFAULT 'system',
    actor_id        TEXT,
    at              INTEGER NOT NULL,
    CHECK (kind = 'adjust' OR kind = 'correct' OR credits >= 0),
    CHECK (refill_at IS NULL OR kind = 'grant'),
    CHECK (refill_end_at IS NULL OR refill_at IS NOT NULL),
    CHECK (granted_after - reserved_after - spent_after >= 0)
) STRICT;

CREATE INDEX credit_entries_customer ON credit_entries (customer_id, at);
CREATE UNIQUE INDEX credit_entries_refill ON credit_entries (customer_id, refill_at) WHERE refill_at IS NOT NULL;
CREATE INDEX credit_entries_period ON credit_entries (customer_id, period_start_at, kind, credits)
    WHERE kind = 'grant' OR kind = 'expire' OR kind = 'adjust' OR kind = 'settle' OR kind = 'exceed' OR kind = 'repay'
        OR kind = 'forgive' OR kind = 'correct';
CREATE INDEX credit_entries_grant ON credit_entries (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX credit_entries_hold ON credit_entries (hold_id) WHERE hold_id IS NOT NULL;

CREATE TRIGGER credit_entries_no_update BEFORE UPDATE ON credit_entries
WHEN NOT EXISTS (SELECT 1 FROM store_settings WHERE key = 'store.rewriting')
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;

CREATE TRIGGER credit_entries_no_delete BEFORE DELETE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;
