-- Customers, the staff who look after them, their subscriptions and their sign-in secrets.
-- Customers and staff are soft-deleted; a purge anonymises a customer and keeps the row.

CREATE TABLE staff (
    pk            INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    phone_key     TEXT NOT NULL,                     -- the digits of phone, without the plus
    email         TEXT,
    email_key     TEXT CHECK (email_key = lower(email_key)),
    role          TEXT NOT NULL DEFAULT 'sales' CHECK (role IN ('sales', 'admin')),
    password_hash TEXT,
    is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    last_login_at INTEGER,
    metadata      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    deleted_at    INTEGER,
    -- an optional plus, a first digit of 1 to 9, then 10 to 14 more digits
    CHECK (phone = phone_key OR phone = '+' || phone_key),
    CHECK (phone_key GLOB '[1-9]*' AND phone_key NOT GLOB '*[^0-9]*' AND length(phone_key) BETWEEN 11 AND 15),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;

CREATE UNIQUE INDEX staff_phone ON staff (phone_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX staff_email ON staff (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE customers (
    pk                       INTEGER PRIMARY KEY,
    id                       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    external_id              TEXT,                   -- at the program's identity provider
    -- sales pipeline
    pipeline                 TEXT NOT NULL DEFAULT 'sales',
    status                   TEXT NOT NULL DEFAULT 'customer_called',
    owner_id                 BLOB REFERENCES staff (id) ON DELETE RESTRICT,
    -- person
    full_name                TEXT NOT NULL,
    email                    TEXT,                   -- as typed
    email_key                TEXT CHECK (email_key <> '' AND email_key = lower(email_key)),  -- normalised
    phone                    TEXT,                   -- as typed
    phone_key                TEXT CHECK (phone_key <> '' AND phone_key NOT GLOB '*[^0-9]*'), -- digits only
    mobile                   TEXT,
    preferred_contact_method TEXT CHECK (preferred_contact_method IN ('email', 'phone', 'sms')),
    address                  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(address)),
    location                 TEXT,
    time_zone                TEXT NOT NULL DEFAULT 'UTC',
    age                      INTEGER CHECK (age BETWEEN 1 AND 149),
    gender                   TEXT,
    education                TEXT,
    -- business
    company_name             TEXT,
    business_type            TEXT,
    business_requirements    TEXT,
    business_data            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(business_data)),
    tags                     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    -- account
    execution_mode           TEXT NOT NULL DEFAULT 'automatic' CHECK (execution_mode IN ('automatic', 'plan', 'approve')),
    is_active                INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    is_verified              INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    notification_preferences TEXT NOT NULL
        DEFAULT '{"email_notifications":true,"submission_updates":true,"marketing_emails":false,"weekly_reports":true}'
        CHECK (json_valid(notification_preferences)),
    onboarding_completed     INTEGER NOT NULL DEFAULT 0 CHECK (onboarding_completed IN (0, 1)),
    onboarding_step          INTEGER NOT NULL DEFAULT 0 CHECK (onboarding_step >= 0),
    first_submission_completed INTEGER NOT NULL DEFAULT 0 CHECK (first_submission_completed IN (0, 1)),
    metadata                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at               INTEGER NOT NULL,
    updated_at               INTEGER NOT NULL,
    deleted_at               INTEGER,
    anonymised_at            INTEGER,
    FOREIGN KEY (pipeline, status) REFERENCES status_definitions (pipeline, status) ON DELETE RESTRICT,
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((phone IS NULL) = (phone_key IS NULL)),
    CHECK (email_key IS NOT NULL OR phone_key IS NOT NULL OR anonymised_at IS NOT NULL),
    CHECK (anonymised_at IS NULL OR deleted_at IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX customers_email ON customers (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX customers_phone ON customers (phone_key) WHERE phone_key IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX customers_external_id ON customers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_status ON customers (pipeline, status, owner_id, deleted_at);
CREATE INDEX customers_status_created ON customers (pipeline, status, created_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_owner ON customers (owner_id, created_at) WHERE owner_id IS NOT NULL;
CREATE INDEX customers_created ON customers (created_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_updated ON customers (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_company ON customers (company_name) WHERE company_name IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX customers_deleted ON customers (deleted_at) WHERE deleted_at IS NOT NULL AND anonymised_at IS NULL;
CREATE INDEX customers_deleted_email ON customers (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NOT NULL;
CREATE INDEX customers_deleted_phone ON customers (phone_key) WHERE phone_key IS NOT NULL AND deleted_at IS NOT NULL;

-- Credits of the current billing period: remaining = granted - reserved - spent. Kept from credit_entries.
CREATE TABLE subscriptions (
    pk                       INTEGER PRIMARY KEY,
    id                       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id              BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE RESTRICT,
    tier                     TEXT NOT NULL DEFAULT 'basic' CHECK (tier IN ('basic', 'pro', 'enterprise')),
    status                   TEXT NOT NULL DEFAULT 'trialing' CHECK (status IN
        ('trialing', 'active', 'past_due', 'cancelled', 'unpaid', 'incomplete', 'incomplete_expired')),
    provider                 TEXT NOT NULL DEFAULT 'stripe',
    provider_customer_id     TEXT UNIQUE,
    provider_subscription_id TEXT UNIQUE,
    credit_limit             INTEGER NOT NULL DEFAULT 100 CHECK (credit_limit >= 0), -- a month's refill
    has_custom_limit         INTEGER NOT NULL DEFAULT 0 CHECK (has_custom_limit IN (0, 1)),
    credits_granted          INTEGER NOT NULL DEFAULT 0 CHECK (credits_granted >= 0),
    credits_reserved         INTEGER NOT NULL DEFAULT 0 CHECK (credits_reserved >= 0),
    credits_spent            INTEGER NOT NULL DEFAULT 0 CHECK (credits_spent >= 0),
    credits_owed             INTEGER NOT NULL DEFAULT 0 CHECK (credits_owed >= 0), -- of a lowered limit, not yet taken back this period
    billing_anchor_at        INTEGER,                -- periods are whole months from here, so that the 31st does not drift
    period_start_at          INTEGER,
    period_end_at            INTEGER,                -- exclusive
    trial_starts_at          INTEGER,
    trial_ends_at            INTEGER,
    trial_converted_at       INTEGER,
    cancel_at_period_end     INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_period_end IN (0, 1)),
    cancelled_at             INTEGER,
    pending_tier             TEXT CHECK (pending_tier IN ('basic', 'pro', 'enterprise')),
    pending_tier_at          INTEGER,                -- when the pending tier takes effect
    provider_updated_at      INTEGER,                -- provider's time of the newest event applied: older ones are ignored
    metadata                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at               INTEGER NOT NULL,
    updated_at               INTEGER NOT NULL,
    CHECK (credits_granted - credits_reserved - credits_spent >= 0),
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
CREATE INDEX subscriptions_pending_tier ON subscriptions (pending_tier_at) WHERE pending_tier_at IS NOT NULL;

-- One row per event of the payment provider, so that a repeated delivery changes nothing.
CREATE TABLE subscription_events (
    pk                INTEGER PRIMARY KEY,
    provider          TEXT NOT NULL DEFAULT 'stripe',
    provider_event_id TEXT NOT NULL,
    subscription_id   BLOB REFERENCES subscriptions (id) ON DELETE RESTRICT,
    kind              TEXT NOT NULL,
    outcome           TEXT NOT NULL DEFAULT 'received' CHECK (outcome IN ('received', 'applied', 'ignored', 'failed')),
    payload           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(payload)),
    error_message     TEXT,
    occurred_at       INTEGER,                       -- the provider's time
    received_at       INTEGER NOT NULL,
    applied_at        INTEGER,
    UNIQUE (provider, provider_event_id),
    CHECK ((outcome = 'applied') = (applied_at IS NOT NULL))
) STRICT;

CREATE INDEX subscription_events_subscription ON subscription_events (subscription_id, occurred_at) WHERE subscription_id IS NOT NULL;

-- Secrets, apart from the public row. Tokens are stored as hashes only.
CREATE TABLE credentials (
    pk                            INTEGER PRIMARY KEY,
    customer_id                   BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE CASCADE,
    password_hash                 TEXT,
    password_changed_at           INTEGER,
    email_verification_token_hash TEXT,
    email_verification_expires_at INTEGER,
    password_reset_token_hash     TEXT,
    password_reset_expires_at     INTEGER,
    failed_login_attempts         INTEGER NOT NULL DEFAULT 0 CHECK (failed_login_attempts >= 0),
    locked_until_at               INTEGER,
    last_login_at                 INTEGER,
    last_login_ip                 TEXT,
    last_portal_access_at         INTEGER,
    created_at                    INTEGER NOT NULL,
    updated_at                    INTEGER NOT NULL,
    CHECK ((email_verification_token_hash IS NULL) = (email_verification_expires_at IS NULL)),
    CHECK ((password_reset_token_hash IS NULL) = (password_reset_expires_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX credentials_email_verification ON credentials (email_verification_token_hash) WHERE email_verification_token_hash IS NOT NULL;
CREATE UNIQUE INDEX credentials_password_reset ON credentials (password_reset_token_hash) WHERE password_reset_token_hash IS NOT NULL;
