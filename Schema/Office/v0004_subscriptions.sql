-- The subscriptions of customers. Their credits are in credit_balances.

-- The tiers to subscribe to. Terms are stored per version, so that a change does not affect existing subscriptions.
CREATE TABLE tiers (
    pk         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    label      TEXT NOT NULL,                          -- shown to people
    rank       INTEGER NOT NULL,                       -- a change to a higher rank is an upgrade
    version    INTEGER NOT NULL CHECK (version >= 1),  -- the newest version
    retired_at INTEGER                                 -- null: offered
) STRICT;

CREATE TABLE tier_versions (
    pk          INTEGER PRIMARY KEY,
    tier        TEXT NOT NULL REFERENCES tiers (name) ON DELETE RESTRICT,
    version     INTEGER NOT NULL CHECK (version >= 1),
    credits     INTEGER NOT NULL CHECK (credits >= 0), -- per billing period
    weight      INTEGER NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 1000), -- in fair scheduling
    period      TEXT NOT NULL DEFAULT 'anniversary_months' CHECK (period = 'anniversary_weeks'
        OR period = 'anniversary_fortnights' OR period = 'anniversary_months' OR period = 'anniversary_quarters'
        OR period = 'anniversary_years' OR period = 'calendar_weeks' OR period = 'calendar_fortnights'
        OR period = 'calendar_months' OR period = 'calendar_quarters' OR period = 'calendar_years'),
    grace_days  INTEGER CHECK (grace_days >= 0),       -- from a failed payment until unpaid; null: no end
    keeps_overage INTEGER NOT NULL DEFAULT 0 CHECK (keeps_overage IN (0, 1)), -- 0: a new period forgives credits used beyond the balance
    limits      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(limits)),   -- by meter; a meter without a limit is unlimited
    prices      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(prices)),
    features    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(features)), -- an array of strings
    rollout     TEXT NOT NULL DEFAULT 'renewals' CHECK (rollout = 'renewals' OR rollout = 'new_subscriptions'),
    declared_at INTEGER,                               -- null: created with the schema
    UNIQUE (tier, version)
) STRICT;

CREATE TRIGGER tier_versions_no_update BEFORE UPDATE ON tier_versions
BEGIN SELECT RAISE(ABORT, 'a version of a tier cannot be changed; declare a new version'); END;

-- TierCatalogue.directoryBolt
INSERT INTO tiers (name, label, rank, version) VALUES
    ('basic', 'Basic', 1, 1), ('pro', 'Pro', 2, 1), ('enterprise', 'Enterprise', 3, 1);

INSERT INTO tier_versions (tier, version, credits, weight) VALUES
    ('basic', 1, 100, 1), ('pro', 1, 500, 2), ('enterprise', 1, 2000, 4);

CREATE TABLE subscriptions (
    pk                       INTEGER PRIMARY KEY,
    id                       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id              BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE RESTRICT,
    tier                     TEXT NOT NULL DEFAULT 'basic' REFERENCES tiers (name) ON DELETE RESTRICT,
    tier_version             INTEGER NOT NULL DEFAULT 1 CHECK (tier_version >= 1), -- the version whose terms apply
    status                   TEXT NOT NULL DEFAULT 'trialing' CHECK (status = 'trialing' OR status = 'active'
        OR status = 'past_due' OR status = 'cancelled' OR status = 'unpaid' OR status = 'incomplete'
        OR status = 'incomplete_expired' OR status = 'paused'),
    provider                 TEXT NOT NULL DEFAULT 'stripe',
    provider_customer_id     TEXT UNIQUE,
    provider_subscription_id TEXT UNIQUE,
    billing_anchor_at        INTEGER,                -- months are counted from here, so that the 31st does not drift
    billing_day              INTEGER CHECK (billing_day BETWEEN 1 AND 31), -- the wanted day of the month; null: that of the anchor
    period_start_at          INTEGER,
    period_end_at            INTEGER,                -- exclusive
    trial_starts_at          INTEGER,
    trial_ends_at            INTEGER,
    trial_converted_at       INTEGER,
    cancel_at_period_end     INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_period_end IN (0, 1)),
    cancelled_at             INTEGER,
    grace_ends_at            INTEGER,                -- when a past due subscription becomes unpaid; null: it waits
    pending_tier             TEXT REFERENCES tiers (name) ON DELETE RESTRICT,
    pending_tier_at          INTEGER,                -- when the pending tier takes effect
    currency                 TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'), -- of its charges; null: that of the tier's first price
    provider_updated_at      INTEGER,                -- the provider's time of the newest applied event
    metadata                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at               INTEGER NOT NULL,
    updated_at               INTEGER NOT NULL,
    CHECK ((period_start_at IS NULL) = (period_end_at IS NULL)),
    CHECK (period_end_at > period_start_at),
    CHECK ((trial_starts_at IS NULL) = (trial_ends_at IS NULL)),
    CHECK (trial_ends_at >= trial_starts_at),
    CHECK (status <> 'trialing' OR trial_ends_at IS NOT NULL),
    CHECK (status <> 'cancelled' OR cancelled_at IS NOT NULL),
    CHECK ((pending_tier IS NULL) = (pending_tier_at IS NULL))
) STRICT;

CREATE INDEX subscriptions_tier ON subscriptions (tier, status);
CREATE INDEX subscriptions_status ON subscriptions (status);
CREATE INDEX subscriptions_trial_end ON subscriptions (trial_ends_at) WHERE status = 'trialing';
CREATE INDEX subscriptions_period_end ON subscriptions (period_end_at) WHERE status IN ('trialing', 'active');
CREATE INDEX subscriptions_ending ON subscriptions (period_end_at) WHERE (status = 'past_due' OR status = 'paused') AND cancel_at_period_end = 1;
CREATE INDEX subscriptions_grace ON subscriptions (grace_ends_at) WHERE status = 'past_due';
CREATE INDEX subscriptions_pending_tier_at ON subscriptions (pending_tier_at) WHERE pending_tier_at IS NOT NULL;
CREATE INDEX subscriptions_pending_tier ON subscriptions (pending_tier) WHERE pending_tier IS NOT NULL;

-- What subscriptions cost: a line for each billing period, and for each change of tier within one.
CREATE TABLE subscription_charges (
    pk              INTEGER PRIMARY KEY,
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    kind            TEXT NOT NULL CHECK (kind = 'period' OR kind = 'unused' OR kind = 'remaining'),
    tier            TEXT NOT NULL,
    tier_version    INTEGER NOT NULL,
    amount_minor    INTEGER,                         -- negative for unused time; null: the tier has no price
    currency        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    days            INTEGER NOT NULL CHECK (days >= 0), -- the part of the period
    out_of          INTEGER NOT NULL CHECK (out_of >= days),
    period_start_at INTEGER NOT NULL,
    period_end_at   INTEGER NOT NULL CHECK (period_end_at > period_start_at), -- exclusive
    at              INTEGER NOT NULL,
    CHECK ((amount_minor IS NULL) = (currency IS NULL))
) STRICT;

CREATE INDEX subscription_charges_customer ON subscription_charges (customer_id, period_start_at);
CREATE UNIQUE INDEX subscription_charges_period ON subscription_charges (customer_id, period_start_at) WHERE kind = 'period';

CREATE TRIGGER subscription_charges_no_update BEFORE UPDATE ON subscription_charges
WHEN NOT EXISTS (SELECT 1 FROM store_settings WHERE key = 'store.rewriting')
BEGIN SELECT RAISE(ABORT, 'subscription_charges is append-only'); END;

CREATE TRIGGER subscription_charges_no_delete BEFORE DELETE ON subscription_charges
BEGIN SELECT RAISE(ABORT, 'subscription_charges is append-only'); END;

-- The latest fact of each kind, by the time of the fact. The status is a function of them.
CREATE TABLE subscription_facts (
    pk              INTEGER PRIMARY KEY,
    subscription_id BLOB NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL CHECK (kind = 'status' OR kind = 'terminal' OR kind = 'revival' OR kind = 'payment'
        OR kind = 'tier' OR kind = 'cancellation'),
    value           TEXT NOT NULL,
    source          TEXT NOT NULL,                   -- the provider's id of the event; empty: an act of the program
    at              INTEGER NOT NULL,
    UNIQUE (subscription_id, kind)
) STRICT;

-- Events of the payment provider, each applied once.
CREATE TABLE subscription_events (
    pk                INTEGER PRIMARY KEY,
    provider          TEXT NOT NULL DEFAULT 'stripe',
    provider_event_id TEXT NOT NULL,
    subscription_id   BLOB REFERENCES subscriptions (id) ON DELETE RESTRICT,
    kind              TEXT NOT NULL,
    outcome           TEXT NOT NULL DEFAULT 'received' CHECK (outcome = 'received' OR outcome = 'applied'
        OR outcome = 'ignored' OR outcome = 'failed'),
    payload           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    content           TEXT NOT NULL DEFAULT '',      -- what the event states; the same id may not return with other content
    answer            TEXT CHECK (answer IS NULL OR json_valid(answer)), -- the first answer, which a redelivery receives again
    error_message     TEXT,
    occurred_at       INTEGER,                       -- the provider's time
    received_at       INTEGER NOT NULL,
    applied_at        INTEGER,
    UNIQUE (provider, provider_event_id),
    CHECK ((outcome = 'applied') = (applied_at IS NOT NULL))
) STRICT;

CREATE INDEX subscription_events_subscription ON subscription_events (subscription_id, occurred_at) WHERE subscription_id IS NOT NULL;
