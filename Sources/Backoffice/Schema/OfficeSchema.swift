// Made from Schema/Office; to make it again: BACKOFFICE_EMBED=1 swift test --filter SchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

package import BackofficeMigrations

/// The tables of the pack `office`, as Schema/Office has them.
package enum OfficeSchema {
  package static let migrations = MigrationPack(
    "office",
    trusted: [
      Migration(
        version: 1, name: "pipelines",
        embedded: #"""
-- Customer statuses are data: pipelines, their statuses and the allowed transitions.
-- The pipeline 'sales' is built in; a program can define others.

CREATE TABLE status_definitions (
    pk           INTEGER PRIMARY KEY,
    pipeline     TEXT NOT NULL CHECK (pipeline <> ''),
    status       TEXT NOT NULL CHECK (status <> ''),
    label        TEXT NOT NULL,
    position     INTEGER NOT NULL DEFAULT 0 CHECK (position >= 0),
    is_initial   INTEGER NOT NULL DEFAULT 0 CHECK (is_initial IN (0, 1)),
    is_converted INTEGER NOT NULL DEFAULT 0 CHECK (is_converted IN (0, 1)),
    is_lost      INTEGER NOT NULL DEFAULT 0 CHECK (is_lost IN (0, 1)),
    is_terminal  INTEGER NOT NULL DEFAULT 0 CHECK (is_terminal IN (0, 1)),
    UNIQUE (pipeline, status),
    CHECK (is_converted = 0 OR is_lost = 0)
) STRICT;

CREATE UNIQUE INDEX status_definitions_initial ON status_definitions (pipeline) WHERE is_initial = 1;

CREATE TABLE status_transitions (
    pk          INTEGER PRIMARY KEY,
    pipeline    TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status   TEXT NOT NULL,
    UNIQUE (pipeline, from_status, to_status),
    CHECK (from_status <> to_status),
    FOREIGN KEY (pipeline, from_status) REFERENCES status_definitions (pipeline, status) ON DELETE CASCADE,
    FOREIGN KEY (pipeline, to_status) REFERENCES status_definitions (pipeline, status) ON DELETE CASCADE
) STRICT;

CREATE INDEX status_transitions_to ON status_transitions (pipeline, to_status);

INSERT INTO status_definitions (pipeline, status, label, position, is_initial, is_converted, is_lost, is_terminal) VALUES
    ('sales', 'customer_called', 'Customer called', 1, 1, 0, 0, 0),
    ('sales', 'replied_to_customer', 'Replied to customer', 2, 0, 0, 0, 0),
    ('sales', 'order_placed', 'Order placed', 3, 0, 0, 0, 0),
    ('sales', 'order_cancelled', 'Order cancelled', 4, 0, 0, 0, 0),
    ('sales', 'product_delivered', 'Product delivered', 5, 0, 0, 0, 0),
    ('sales', 'business_done', 'Business done', 6, 0, 1, 0, 1),
    ('sales', 'lost', 'Lost', 7, 0, 0, 1, 0);

INSERT INTO status_transitions (pipeline, from_status, to_status) VALUES
    ('sales', 'customer_called', 'replied_to_customer'),
    ('sales', 'customer_called', 'lost'),
    ('sales', 'replied_to_customer', 'order_placed'),
    ('sales', 'replied_to_customer', 'lost'),
    ('sales', 'order_placed', 'product_delivered'),
    ('sales', 'order_placed', 'order_cancelled'),
    ('sales', 'order_cancelled', 'order_placed'),
    ('sales', 'order_cancelled', 'lost'),
    ('sales', 'product_delivered', 'business_done'),
    ('sales', 'lost', 'customer_called');

"""#,
        down: #"""
DROP TABLE status_transitions;
DROP TABLE status_definitions;

"""#,
        checksum: "0f2f36140961e769efc10c624fc5bfb5141999393c263fee3aacf5f3e28df8ce"),
      Migration(
        version: 2, name: "staff",
        embedded: #"""
-- The staff who own customers. Soft-deleted.

CREATE TABLE staff (
    pk            INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    phone_key     TEXT NOT NULL,                     -- the digits of phone, and x with an extension
    email         TEXT,
    email_key     TEXT CHECK (email_key = lower(email_key)),
    role          TEXT NOT NULL DEFAULT 'sales' CHECK (role <> ''),
    password_hash TEXT,
    is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    last_login_at INTEGER,
    metadata      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    deleted_at    INTEGER,
    CHECK (phone = phone_key OR phone = '+' || phone_key),
    CHECK (phone_key GLOB '[0-9]*' AND phone_key NOT GLOB '*[^0-9x]*'),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;

CREATE UNIQUE INDEX staff_phone ON staff (phone_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX staff_email ON staff (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;

"""#,
        down: #"""
DROP TABLE staff;

"""#,
        checksum: "b12dc6811d02749bb9f29d074be34409f92261abc98a90dc0b00d3193582845e"),
      Migration(
        version: 3, name: "customers",
        embedded: #"""
-- Customers. Soft-deleted; a purge anonymises a customer and keeps the row.

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
    email                    TEXT,                   -- as entered
    email_key                TEXT CHECK (email_key <> '' AND email_key = lower(email_key)),  -- normalised
    phone                    TEXT,                   -- as entered
    phone_key                TEXT CHECK (phone_key GLOB '[0-9]*' AND phone_key NOT GLOB '*[^0-9x]*'), -- digits, and x with an extension
    mobile                   TEXT,
    preferred_contact_method TEXT CHECK (preferred_contact_method <> ''),
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
    execution_mode           TEXT NOT NULL DEFAULT 'automatic' CHECK (execution_mode <> ''),
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
    merged_into              BLOB REFERENCES customers (id) ON DELETE RESTRICT, -- the survivor, which is never merged itself
    FOREIGN KEY (pipeline, status) REFERENCES status_definitions (pipeline, status) ON DELETE RESTRICT,
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((phone IS NULL) = (phone_key IS NULL)),
    CHECK (email_key IS NOT NULL OR phone_key IS NOT NULL OR anonymised_at IS NOT NULL),
    CHECK (anonymised_at IS NULL OR deleted_at IS NOT NULL),
    CHECK (merged_into IS NULL OR (deleted_at IS NOT NULL AND merged_into <> id))
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
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- The merges of customers, with what each moved, which a repetition answers again.
CREATE TABLE customer_merges (
    pk           INTEGER PRIMARY KEY,
    duplicate_id BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE CASCADE,
    survivor_id  BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE, -- at that time; customers.merged_into is the present one
    answer       TEXT NOT NULL CHECK (json_valid(answer)),
    merged_at    INTEGER NOT NULL,
    CHECK (duplicate_id <> survivor_id)
) STRICT;

CREATE INDEX customer_merges_survivor ON customer_merges (survivor_id);

-- The sign-in secrets of customers, as hashes.
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

-- The full-text index of live customers: rowid is customers.pk. email and phone contain the normalised keys; business
-- contains the type and the requirements, and folded what the tokenizer does not fold.
CREATE VIRTUAL TABLE customers_search USING fts5 (
    full_name,
    company,
    email,
    phone,
    business,
    folded,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '2 3'
);

"""#,
        down: #"""
DROP TABLE customers_search;
DROP TABLE credentials;
DROP TABLE customer_merges;
DROP TABLE customers;

"""#,
        checksum: "0f92003332660ad94820ee5fe50bab2b95087ba9038df62b79b19e28873835aa"),
      Migration(
        version: 4, name: "subscriptions",
        embedded: #"""
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

"""#,
        down: #"""
DROP TABLE subscription_charges;
DROP TABLE subscription_events;
DROP TABLE subscription_facts;
DROP TABLE subscriptions;
DROP TABLE tier_versions;
DROP TABLE tiers;

"""#,
        checksum: "5a2e5d970351330cdd9c5c3acd501dceef8ba1b29f36519454abd782b155025a"),
      Migration(
        version: 5, name: "directories",
        embedded: #"""
-- The catalogue of directories in which a business can be listed, and their categories.
-- 13 categories with fixed ids are built in.

CREATE TABLE directory_categories (
    pk           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    slug         TEXT NOT NULL UNIQUE CHECK (slug <> ''),
    display_name TEXT NOT NULL,
    description  TEXT,
    icon         TEXT,
    sort_order   INTEGER NOT NULL DEFAULT 0,
    is_active    INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    metadata     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX directory_categories_order ON directory_categories (sort_order) WHERE is_active = 1;

CREATE TABLE directories (
    pk                              INTEGER PRIMARY KEY,
    id                              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    url_key                         TEXT NOT NULL UNIQUE CHECK (url_key <> ''),
    name                            TEXT NOT NULL CHECK (name <> ''),
    website                         TEXT NOT NULL,
    submission_url                  TEXT,
    category_id                     BLOB NOT NULL REFERENCES directory_categories (id) ON DELETE RESTRICT,
    domain_rating                   INTEGER DEFAULT 50 CHECK (domain_rating BETWEEN 0 AND 100),
    link_type                       TEXT NOT NULL DEFAULT 'unknown' CHECK (link_type <> ''),
    priority_tier                   TEXT NOT NULL DEFAULT 'medium' CHECK (priority_tier = 'high'
        OR priority_tier = 'medium' OR priority_tier = 'low'),
    pricing_model                   TEXT NOT NULL DEFAULT 'free' CHECK (pricing_model <> ''),
    price_minor                     INTEGER CHECK (price_minor >= 0),
    currency                        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    submission_difficulty           INTEGER NOT NULL DEFAULT 3 CHECK (submission_difficulty BETWEEN 1 AND 5),
    expected_approval_days          INTEGER NOT NULL DEFAULT 3 CHECK (expected_approval_days >= 0), -- as published, not measured
    description                     TEXT,
    submission_requirements         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(submission_requirements)),
    form_fields                     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(form_fields)),
    business_types                  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(business_types)),
    features                        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(features)),
    contact_info                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(contact_info)),
    is_active                       INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    last_verified_at                INTEGER,
    -- maintained from submissions, by their current status
    submission_count                INTEGER NOT NULL DEFAULT 0 CHECK (submission_count >= 0),
    delivered_count                 INTEGER NOT NULL DEFAULT 0 CHECK (delivered_count >= 0), -- submitted, under review or approved
    approved_count                  INTEGER NOT NULL DEFAULT 0 CHECK (approved_count >= 0),
    rejected_count                  INTEGER NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),
    approval_time_sum_microseconds  INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count             INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    metadata                        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                      INTEGER NOT NULL,
    updated_at                      INTEGER NOT NULL,
    CHECK (price_minor IS NULL OR currency IS NOT NULL),
    CHECK (approved_count <= delivered_count AND delivered_count + rejected_count <= submission_count)
) STRICT;

CREATE INDEX directories_category ON directories (category_id, is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_name ON directories (name);
CREATE INDEX directories_rating ON directories (is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_tier ON directories (priority_tier, is_active, coalesce(domain_rating, -1));
CREATE INDEX directories_success ON directories
    (is_active, coalesce(approved_count * 1000000 / nullif(approved_count + rejected_count, 0), -1));

INSERT INTO directory_categories (id, slug, display_name, description, icon, sort_order, is_active, metadata, created_at, updated_at) VALUES
    (X'018CC251F40070008000000000000001', 'local_business', 'Local Business', NULL, NULL, 1, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000002', 'social_media', 'Social Media', NULL, NULL, 2, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000003', 'professional_services', 'Professional Services', NULL, NULL, 3, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000004', 'business_general', 'General Business', NULL, NULL, 4, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000005', 'home_services', 'Home Services', NULL, NULL, 5, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000006', 'legal', 'Legal', NULL, NULL, 6, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000007', 'healthcare', 'Healthcare', NULL, NULL, 7, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000008', 'real_estate', 'Real Estate', NULL, NULL, 8, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F40070008000000000000009', 'restaurants', 'Restaurants', NULL, NULL, 9, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000A', 'saas', 'SaaS', NULL, NULL, 10, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000B', 'tech_startups', 'Tech Startups', NULL, NULL, 11, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000C', 'finance', 'Finance', NULL, NULL, 12, 1, '{}', 1704067200000000, 1704067200000000),
    (X'018CC251F4007000800000000000000D', 'review_platforms', 'Review Platforms', NULL, NULL, 13, 1, '{}', 1704067200000000, 1704067200000000);

"""#,
        down: #"""
DROP TABLE directories;
DROP TABLE directory_categories;

"""#,
        checksum: "8113e7c0528c1891e014147deb9bc94b6e7c7178844bb9324f5f4b8b38ff914a"),
      Migration(
        version: 6, name: "history",
        embedded: #"""
-- The status history of every kind of entity, and the audit log.
-- Append-only, without foreign keys: deleting an entity does not delete its history.

-- at is when the change happened, recorded_at when it was recorded.
CREATE TABLE status_history (
    pk          INTEGER PRIMARY KEY,
    entity_kind TEXT NOT NULL CHECK (entity_kind <> ''),
    entity_id   BLOB NOT NULL CHECK (length(entity_id) = 16),
    pipeline    TEXT NOT NULL DEFAULT '',            -- of customers; '' for entities with fixed statuses
    from_status TEXT,                                -- null: the entity was created
    to_status   TEXT NOT NULL CHECK (to_status <> ''),
    reason      TEXT,
    actor_kind  TEXT NOT NULL DEFAULT 'system',
    actor_id    TEXT,
    owner_id    BLOB CHECK (length(owner_id) = 16),  -- who owned the entity at that time
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    details     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details))
) STRICT;

CREATE INDEX status_history_entity ON status_history (entity_kind, entity_id, at);
CREATE INDEX status_history_status ON status_history (entity_kind, to_status, at);
CREATE INDEX status_history_time ON status_history (entity_kind, at);
CREATE INDEX status_history_owner ON status_history (entity_kind, owner_id, at) WHERE owner_id IS NOT NULL;

CREATE TRIGGER status_history_no_update BEFORE UPDATE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only'); END;

CREATE TRIGGER status_history_no_delete BEFORE DELETE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only'); END;

CREATE TABLE audit_log (
    pk          INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    actor_kind  TEXT NOT NULL DEFAULT 'system',
    actor_id    TEXT,
    action      TEXT NOT NULL CHECK (action <> ''),
    entity_kind TEXT,
    entity_id   BLOB CHECK (length(entity_id) = 16),
    changes     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(changes)),
    metadata    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    ip          TEXT,
    user_agent  TEXT,
    at          INTEGER NOT NULL,
    CHECK (entity_id IS NULL OR entity_kind IS NOT NULL)
) STRICT;

CREATE INDEX audit_log_entity ON audit_log (entity_kind, entity_id, at) WHERE entity_kind IS NOT NULL;
CREATE INDEX audit_log_actor ON audit_log (actor_kind, actor_id, at);
CREATE INDEX audit_log_action ON audit_log (action, at);
CREATE INDEX audit_log_time ON audit_log (at);

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;

CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;

"""#,
        down: #"""
DROP TABLE audit_log;
DROP TABLE status_history;

"""#,
        checksum: "432d546e3cdd1191c71f09ce991587b0a71ac711e6fadc29b1673b14d175c774"),
      Migration(
        version: 7, name: "submissions",
        embedded: #"""
-- A listing of a customer in a directory, from the first attempt to its removal, and the data of its queue item.

CREATE TABLE submissions (
    pk                              INTEGER PRIMARY KEY,
    id                              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    reference                       TEXT NOT NULL UNIQUE CHECK (reference <> ''), -- for people: DB-YYYYMMDD-xxxxxxxx
    customer_id                     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    directory_id                    BLOB NOT NULL REFERENCES directories (id) ON DELETE RESTRICT,
    queue_item_id                   BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    status                          TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'submitting'
        OR status = 'submitted' OR status = 'under_review' OR status = 'revision_needed' OR status = 'approved'
        OR status = 'rejected' OR status = 'expired' OR status = 'removed' OR status = 'failed'
        OR status = 'cancelled'),
    external_submission_id          TEXT,
    submission_url                  TEXT,
    -- times
    submitted_at                    INTEGER,
    approved_at                     INTEGER,
    rejected_at                     INTEGER,
    live_at                         INTEGER,
    closed_at                       INTEGER,         -- rejected, expired, removed, failed or cancelled
    expires_at                      INTEGER,
    last_checked_at                 INTEGER,         -- when the directory was checked, not the last write
    -- rejection and revision
    rejection_reason                TEXT,
    rejection_category              TEXT,
    revision_notes                  TEXT,
    revision_count                  INTEGER NOT NULL DEFAULT 0 CHECK (revision_count >= 0),
    -- performance
    attempt_count                   INTEGER NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
    processing_microseconds         INTEGER CHECK (processing_microseconds >= 0),
    approval_microseconds           INTEGER CHECK (approval_microseconds >= 0), -- submitted to approved
    impressions_count               INTEGER NOT NULL DEFAULT 0 CHECK (impressions_count >= 0),
    clicks_count                    INTEGER NOT NULL DEFAULT 0 CHECK (clicks_count >= 0),
    -- search performance
    listing_ranking_position        INTEGER CHECK (listing_ranking_position >= 1),
    search_visibility_score         INTEGER CHECK (search_visibility_score BETWEEN 1 AND 100),
    backlink_created                INTEGER NOT NULL DEFAULT 0 CHECK (backlink_created IN (0, 1)),
    authority_impact_hundredths     INTEGER,         -- change of domain authority, in hundredths of a point
    -- quality
    quality_score                   INTEGER CHECK (quality_score BETWEEN 1 AND 10),
    directory_rating                INTEGER CHECK (directory_rating BETWEEN 1 AND 5),
    compliance_status               TEXT NOT NULL DEFAULT 'pending_review' CHECK (compliance_status <> ''),
    -- proof
    screenshot_urls                 TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(screenshot_urls)),
    listing_proof_urls              TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(listing_proof_urls)),
    confirmation_email_url          TEXT,
    submission_receipt_url          TEXT,
    -- the submitted content
    business_name_submitted         TEXT,
    business_description_submitted  TEXT,
    business_url_submitted          TEXT,
    business_category_submitted     TEXT,
    business_location_submitted     TEXT,
    listing_data                    TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(listing_data)),
    directory_response_data         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(directory_response_data)),
    form_fields_submitted           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(form_fields_submitted)),
    additional_requirements_met     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(additional_requirements_met)),
    -- automation
    automation_method               TEXT NOT NULL DEFAULT 'chrome_extension' CHECK (automation_method <> ''),
    automation_attempt_count        INTEGER NOT NULL DEFAULT 0 CHECK (automation_attempt_count >= 0),
    automation_success_count        INTEGER NOT NULL DEFAULT 0 CHECK (automation_success_count >= 0),
    manual_intervention_required    INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_required IN (0, 1)),
    manual_intervention_reasons     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(manual_intervention_reasons)),
    -- cost
    cost_minor                      INTEGER NOT NULL DEFAULT 0 CHECK (cost_minor >= 0),
    currency                        TEXT NOT NULL DEFAULT 'USD' CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    credits_consumed                INTEGER NOT NULL DEFAULT 1 CHECK (credits_consumed >= 0),
    billing_reference               TEXT,
    -- follow-up and maintenance
    follow_up_required              INTEGER NOT NULL DEFAULT 0 CHECK (follow_up_required IN (0, 1)),
    follow_up_at                    INTEGER,
    follow_up_completed_at          INTEGER,
    maintenance_required            INTEGER NOT NULL DEFAULT 0 CHECK (maintenance_required IN (0, 1)),
    next_maintenance_at             INTEGER,
    -- communication
    customer_notification_count     INTEGER NOT NULL DEFAULT 0 CHECK (customer_notification_count >= 0),
    last_customer_notification_at   INTEGER,
    directory_communications        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(directory_communications)),
    -- impact
    traffic_generated_estimate      INTEGER NOT NULL DEFAULT 0 CHECK (traffic_generated_estimate >= 0),
    leads_generated_estimate        INTEGER NOT NULL DEFAULT 0 CHECK (leads_generated_estimate >= 0),
    conversion_tracking_url         TEXT,
    -- errors
    error_log                       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(error_log)),
    retry_count                     INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries                     INTEGER NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    last_error_message              TEXT,
    last_error_at                   INTEGER,
    metadata                        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                      INTEGER NOT NULL,
    updated_at                      INTEGER NOT NULL,
    CHECK ((status = 'rejected' OR status = 'expired' OR status = 'removed' OR status = 'failed'
        OR status = 'cancelled') = (closed_at IS NOT NULL)),
    CHECK (status NOT IN ('submitted', 'under_review') OR submitted_at IS NOT NULL),
    CHECK (status <> 'approved' OR approved_at IS NOT NULL),
    CHECK (status <> 'rejected' OR rejected_at IS NOT NULL),
    CHECK (approval_microseconds IS NULL OR approved_at IS NOT NULL),
    CHECK (automation_success_count <= automation_attempt_count)
) STRICT;

CREATE UNIQUE INDEX submissions_live ON submissions (customer_id, directory_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX submissions_queue_item ON submissions (queue_item_id) WHERE queue_item_id IS NOT NULL;
CREATE INDEX submissions_customer ON submissions (customer_id, status, created_at);
CREATE INDEX submissions_customer_created ON submissions (customer_id, created_at);
CREATE INDEX submissions_directory ON submissions (directory_id, status, created_at);
CREATE INDEX submissions_directory_created ON submissions (directory_id, created_at);
CREATE INDEX submissions_status ON submissions (status, created_at);
CREATE INDEX submissions_waiting ON submissions (submitted_at) WHERE status IN ('submitted', 'under_review');
CREATE INDEX submissions_created ON submissions (created_at);
CREATE INDEX submissions_external ON submissions (external_submission_id) WHERE external_submission_id IS NOT NULL;
CREATE INDEX submissions_expiry ON submissions (expires_at) WHERE expires_at IS NOT NULL AND closed_at IS NULL;
CREATE INDEX submissions_follow_up ON submissions (follow_up_at) WHERE follow_up_required = 1;
CREATE INDEX submissions_maintenance ON submissions (next_maintenance_at) WHERE maintenance_required = 1;

-- The submission data of a queue item, which its worker writes while it works.
CREATE TABLE submission_work (
    pk                           INTEGER PRIMARY KEY,
    queue_item_id                BLOB NOT NULL UNIQUE REFERENCES queue_items (id) ON DELETE CASCADE,
    method                       TEXT NOT NULL DEFAULT 'chrome_extension' CHECK (method <> ''),
    requires_verification        INTEGER NOT NULL DEFAULT 0 CHECK (requires_verification IN (0, 1)),
    verification_status          TEXT CHECK (verification_status <> ''),
    form_complexity              INTEGER NOT NULL DEFAULT 1 CHECK (form_complexity BETWEEN 1 AND 10),
    captcha_encountered          INTEGER NOT NULL DEFAULT 0 CHECK (captcha_encountered IN (0, 1)),
    manual_intervention_required INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_required IN (0, 1)),
    external_submission_id       TEXT,
    screenshot_url               TEXT,
    proof                        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(proof)),
    submission_data              TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(submission_data)), -- the data to submit
    business_data                TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(business_data)),   -- the data of the business
    created_at                   INTEGER NOT NULL,
    updated_at                   INTEGER NOT NULL
) STRICT;

"""#,
        down: #"""
DROP TABLE submission_work;
DROP TABLE submissions;

"""#,
        checksum: "123634862fa5f2f71a56adb5daf21c2ffe965010d949b05f6df3092eb0d110a2"),
      Migration(
        version: 8, name: "actions",
        embedded: #"""
-- Actions that people must perform, the people who perform them, and the decisions about assignments.

CREATE TABLE assistants (
    pk                         INTEGER PRIMARY KEY,
    id                         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    handle                     TEXT NOT NULL UNIQUE CHECK (handle <> ''), -- the name in other systems
    name                       TEXT NOT NULL,
    email                      TEXT NOT NULL,
    phone                      TEXT,
    is_active                  INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    is_available               INTEGER NOT NULL DEFAULT 1 CHECK (is_available IN (0, 1)),
    time_zone                  TEXT NOT NULL DEFAULT 'UTC',
    -- local time by weekday; null: a day off
    working_hours              TEXT NOT NULL DEFAULT '{"monday":{"start":"09:00","end":"17:00"},"tuesday":{"start":"09:00","end":"17:00"},"wednesday":{"start":"09:00","end":"17:00"},"thursday":{"start":"09:00","end":"17:00"},"friday":{"start":"09:00","end":"17:00"},"saturday":{"start":null,"end":null},"sunday":{"start":null,"end":null}}'
        CHECK (json_valid(working_hours)),
    specializations            TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(specializations)),
    languages                  TEXT NOT NULL DEFAULT '["en"]' CHECK (json_valid(languages)),
    max_concurrent_tasks       INTEGER NOT NULL DEFAULT 10 CHECK (max_concurrent_tasks >= 1),
    capacity                   INTEGER CHECK (capacity BETWEEN 1 AND 1000000000), -- null: ten per task
    -- maintained from pending_actions; the weight is that of active actions
    active_count               INTEGER NOT NULL DEFAULT 0 CHECK (active_count >= 0),
    active_weight              INTEGER NOT NULL DEFAULT 0 CHECK (active_weight >= 0),
    completed_count            INTEGER NOT NULL DEFAULT 0 CHECK (completed_count >= 0),
    failed_count               INTEGER NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
    quality_sum                INTEGER NOT NULL DEFAULT 0 CHECK (quality_sum >= 0),
    quality_count              INTEGER NOT NULL DEFAULT 0 CHECK (quality_count >= 0),
    duration_sum_microseconds  INTEGER NOT NULL DEFAULT 0 CHECK (duration_sum_microseconds >= 0),
    duration_count             INTEGER NOT NULL DEFAULT 0 CHECK (duration_count >= 0),
    -- maintained from action_offers: open offers, their weight, and the outcomes of the others
    offered_count              INTEGER NOT NULL DEFAULT 0 CHECK (offered_count >= 0),
    offered_weight             INTEGER NOT NULL DEFAULT 0 CHECK (offered_weight >= 0),
    accepted_offer_count       INTEGER NOT NULL DEFAULT 0 CHECK (accepted_offer_count >= 0),
    declined_offer_count       INTEGER NOT NULL DEFAULT 0 CHECK (declined_offer_count >= 0),
    expired_offer_count        INTEGER NOT NULL DEFAULT 0 CHECK (expired_offer_count >= 0),
    -- ratings by customers and supervisors, each 1 to 5
    satisfaction_sum           INTEGER NOT NULL DEFAULT 0 CHECK (satisfaction_sum >= 0),
    satisfaction_count         INTEGER NOT NULL DEFAULT 0 CHECK (satisfaction_count >= 0),
    supervisor_rating_sum      INTEGER NOT NULL DEFAULT 0 CHECK (supervisor_rating_sum >= 0),
    supervisor_rating_count    INTEGER NOT NULL DEFAULT 0 CHECK (supervisor_rating_count >= 0),
    last_active_at             INTEGER,
    last_assigned_at           INTEGER,
    communication_preferences  TEXT NOT NULL
        DEFAULT '{"preferred_contact_method":"email","email_notifications":true,"phone_notifications":true,"slack_id":null}'
        CHECK (json_valid(communication_preferences)),
    metadata                   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                 INTEGER NOT NULL,
    updated_at                 INTEGER NOT NULL,
    CHECK (quality_sum BETWEEN quality_count AND 5 * quality_count),
    CHECK (satisfaction_sum BETWEEN satisfaction_count AND 5 * satisfaction_count),
    CHECK (supervisor_rating_sum BETWEEN supervisor_rating_count AND 5 * supervisor_rating_count)
) STRICT;

CREATE INDEX assistants_load ON assistants (active_count, last_assigned_at) WHERE is_active = 1 AND is_available = 1;

CREATE TABLE assistant_skills (
    pk           INTEGER PRIMARY KEY,
    assistant_id BLOB NOT NULL REFERENCES assistants (id) ON DELETE CASCADE,
    skill        TEXT NOT NULL CHECK (skill <> ''),
    UNIQUE (assistant_id, skill)
) STRICT;

CREATE INDEX assistant_skills_skill ON assistant_skills (skill, assistant_id);

-- The kinds of action, with the defaults of new actions.
CREATE TABLE action_kinds (
    pk                         INTEGER PRIMARY KEY,
    name                       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    label                      TEXT NOT NULL,          -- shown to people
    priority                   INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    weight                     INTEGER NOT NULL DEFAULT 10 CHECK (weight BETWEEN 1 AND 1000000),
    estimated_duration_minutes INTEGER NOT NULL DEFAULT 30 CHECK (estimated_duration_minutes >= 0),
    deadline_microseconds      INTEGER CHECK (deadline_microseconds > 0), -- from creation; null: determined by the priority
    retired_at                 INTEGER                 -- null: offered
) STRICT;

-- ActionKindDefinition.directoryChores
INSERT INTO action_kinds (name, label) VALUES
    ('sms_verification', 'SMS verification'), ('email_verification', 'E-mail verification'),
    ('document_upload', 'Document upload'), ('phone_call', 'Phone call'), ('manual_submission', 'Manual submission'),
    ('captcha_solving', 'Captcha solving'), ('account_creation', 'Account creation'),
    ('payment_processing', 'Payment processing'), ('content_review', 'Content review'),
    ('screenshot_verification', 'Screenshot verification'), ('follow_up_required', 'Follow-up'),
    ('error_resolution', 'Error resolution');

-- The skills that every new action of a kind requires.
CREATE TABLE action_kind_skills (
    kind                       TEXT NOT NULL REFERENCES action_kinds (name) ON DELETE CASCADE,
    skill                      TEXT NOT NULL CHECK (skill <> ''),
    relaxes_after_microseconds INTEGER CHECK (relaxes_after_microseconds > 0),
    PRIMARY KEY (kind, skill)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_actions (
    pk                                INTEGER PRIMARY KEY,
    id                                BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind                              TEXT NOT NULL REFERENCES action_kinds (name) ON DELETE RESTRICT,
    title                             TEXT NOT NULL,
    description                       TEXT,
    status                            TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'assigned'
        OR status = 'in_progress' OR status = 'blocked' OR status = 'requires_customer' OR status = 'suspended'
        OR status = 'completed' OR status = 'failed' OR status = 'cancelled'),
    priority                          INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    weight                            INTEGER NOT NULL DEFAULT 10 CHECK (weight BETWEEN 1 AND 1000000), -- 10: one place
    subject_kind                      TEXT CHECK (subject_kind <> ''), -- any entity, or none
    subject_id                        BLOB CHECK (length(subject_id) = 16),
    customer_id                       BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    queue_item_id                     BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    submission_id                     BLOB REFERENCES submissions (id) ON DELETE SET NULL,
    directory_id                      BLOB REFERENCES directories (id) ON DELETE RESTRICT,
    batch_id                          BLOB REFERENCES batches (id) ON DELETE SET NULL,
    assistant_id                      BLOB REFERENCES assistants (id) ON DELETE RESTRICT,
    over_capacity                     INTEGER NOT NULL DEFAULT 0 CHECK (over_capacity IN (0, 1)), -- assigned by an override
    -- times
    assigned_at                       INTEGER,
    scheduled_at                      INTEGER,
    deadline_at                       INTEGER,
    escalated_at                      INTEGER,       -- when the current deadline escalated
    escalation_count                  INTEGER NOT NULL DEFAULT 0 CHECK (escalation_count >= 0),
    suspended_at                      INTEGER,
    suspended_from                    TEXT CHECK (suspended_from = 'pending' OR suspended_from = 'assigned'
        OR suspended_from = 'in_progress' OR suspended_from = 'blocked' OR suspended_from = 'requires_customer'),
    started_at                        INTEGER,
    finished_at                       INTEGER,       -- completed, failed or cancelled
    estimated_duration_minutes        INTEGER NOT NULL DEFAULT 30 CHECK (estimated_duration_minutes >= 0),
    actual_duration_microseconds      INTEGER CHECK (actual_duration_microseconds >= 0), -- started to finished
    -- outcome
    completion_notes                  TEXT,
    error_message                     TEXT,
    resolution_details                TEXT,
    quality_score                     INTEGER CHECK (quality_score BETWEEN 1 AND 5),
    complexity_score                  INTEGER NOT NULL DEFAULT 1 CHECK (complexity_score BETWEEN 1 AND 10),
    -- the involvement of the customer
    customer_notified                 INTEGER NOT NULL DEFAULT 0 CHECK (customer_notified IN (0, 1)),
    customer_notified_at              INTEGER,
    customer_response_required        INTEGER NOT NULL DEFAULT 0 CHECK (customer_response_required IN (0, 1)),
    customer_response_deadline_at     INTEGER,
    customer_response                 TEXT,
    customer_responded_at             INTEGER,
    -- the verification by a supervisor
    requires_verification             INTEGER NOT NULL DEFAULT 0 CHECK (requires_verification IN (0, 1)),
    verified_by_supervisor            INTEGER NOT NULL DEFAULT 0 CHECK (verified_by_supervisor IN (0, 1)),
    verified_by                       TEXT,
    verified_at                       INTEGER,
    verification_notes                TEXT,
    -- retries and follow-up
    retry_count                       INTEGER NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries                       INTEGER NOT NULL DEFAULT 2 CHECK (max_retries >= 0),
    next_retry_at                     INTEGER,
    follow_up_required                INTEGER NOT NULL DEFAULT 0 CHECK (follow_up_required IN (0, 1)),
    follow_up_at                      INTEGER,
    -- origin
    automation_attempted              INTEGER NOT NULL DEFAULT 0 CHECK (automation_attempted IN (0, 1)),
    manual_intervention_reason        TEXT,
    external_reference_id             TEXT,
    external_reference_url            TEXT,
    -- documents
    action_data                       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(action_data)),
    business_context                  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(business_context)),
    directory_context                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(directory_context)),
    result                            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(result)),
    attachment_urls                   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(attachment_urls)),
    screenshot_urls                   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(screenshot_urls)),
    metadata                          TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at                        INTEGER NOT NULL,
    updated_at                        INTEGER NOT NULL,
    CHECK ((subject_kind IS NULL) = (subject_id IS NULL)),
    CHECK (customer_id IS NOT NULL OR (status <> 'requires_customer' AND customer_response_required = 0)),
    CHECK (escalated_at IS NULL OR escalation_count > 0),
    CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
    CHECK ((assistant_id IS NULL) = (assigned_at IS NULL)),
    CHECK (status <> 'pending' OR assistant_id IS NULL),
    CHECK (status NOT IN ('assigned', 'in_progress') OR assistant_id IS NOT NULL),
    CHECK (status <> 'in_progress' OR started_at IS NOT NULL),
    CHECK ((customer_notified = 1) = (customer_notified_at IS NOT NULL)),
    CHECK ((customer_response IS NULL) = (customer_responded_at IS NULL)),
    CHECK ((verified_by_supervisor = 1) = (verified_at IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX pending_actions_open_item ON pending_actions (queue_item_id) WHERE queue_item_id IS NOT NULL AND finished_at IS NULL;
CREATE INDEX pending_actions_queue_item ON pending_actions (queue_item_id) WHERE queue_item_id IS NOT NULL;
CREATE INDEX pending_actions_customer ON pending_actions (customer_id, status) WHERE customer_id IS NOT NULL;
CREATE INDEX pending_actions_subject ON pending_actions (subject_id, subject_kind, status) WHERE subject_id IS NOT NULL;
CREATE INDEX pending_actions_submission ON pending_actions (submission_id) WHERE submission_id IS NOT NULL;
CREATE INDEX pending_actions_directory ON pending_actions (directory_id) WHERE directory_id IS NOT NULL;
CREATE INDEX pending_actions_batch ON pending_actions (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX pending_actions_assistant ON pending_actions (assistant_id, status, priority, deadline_at) WHERE assistant_id IS NOT NULL;
CREATE INDEX pending_actions_status ON pending_actions (status, priority, deadline_at);
CREATE INDEX pending_actions_open ON pending_actions (priority, deadline_at) WHERE finished_at IS NULL;
CREATE INDEX pending_actions_deadline ON pending_actions (deadline_at) WHERE finished_at IS NULL;
CREATE INDEX pending_actions_kind ON pending_actions (kind, status);
CREATE INDEX pending_actions_finished ON pending_actions (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX pending_actions_follow_up ON pending_actions (follow_up_at) WHERE follow_up_required = 1;
CREATE INDEX pending_actions_verification ON pending_actions (finished_at) WHERE requires_verification = 1 AND verified_by_supervisor = 0;

-- The load of an assistant, without reading the wide rows.
CREATE INDEX pending_actions_load ON pending_actions (assistant_id, status, weight)
    WHERE status IN ('assigned', 'in_progress');
CREATE INDEX pending_actions_unescalated ON pending_actions (deadline_at)
    WHERE finished_at IS NULL AND escalated_at IS NULL;

-- The decisions about the assignment of actions.
CREATE TABLE action_assignments (
    pk           INTEGER PRIMARY KEY,
    action_id    BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    assistant_id BLOB REFERENCES assistants (id) ON DELETE RESTRICT, -- null: unassigned, or no eligible candidate
    decided_at   INTEGER NOT NULL,
    decided_by   TEXT NOT NULL DEFAULT 'system',
    is_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_automatic IN (0, 1)),
    reason       TEXT,
    candidates   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(candidates)) -- scores, and reasons of exclusion
) STRICT;

CREATE INDEX action_assignments_action ON action_assignments (action_id, decided_at);
CREATE INDEX action_assignments_assistant ON action_assignments (assistant_id, decided_at) WHERE assistant_id IS NOT NULL;

-- Offers of pending actions to one assistant until a given time. The weight of an open offer counts against them.
CREATE TABLE action_offers (
    pk           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    action_id    BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    assistant_id BLOB NOT NULL REFERENCES assistants (id) ON DELETE RESTRICT,
    round        INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1), -- in one round no assistant is asked twice
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status = 'open' OR status = 'accepted' OR status = 'declined'
        OR status = 'expired' OR status = 'withdrawn'),
    weight       INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 1000000),
    offered_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    is_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_automatic IN (0, 1)),
    reason       TEXT,                                            -- the reason why it ended
    candidates   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(candidates)), -- scores, and reasons of exclusion
    CHECK (expires_at > offered_at),
    CHECK ((status = 'open') = (ended_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX action_offers_open ON action_offers (action_id) WHERE status = 'open';
CREATE INDEX action_offers_action ON action_offers (action_id);
CREATE INDEX action_offers_assistant ON action_offers (assistant_id, status);
CREATE INDEX action_offers_load ON action_offers (assistant_id, status, weight) WHERE status = 'open';
CREATE INDEX action_offers_expiring ON action_offers (expires_at) WHERE status = 'open';

-- The skills that an action requires in addition to its kind, or the kind itself if it may be relaxed.
CREATE TABLE action_skills (
    pk                         INTEGER PRIMARY KEY,
    action_id                  BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    skill                      TEXT NOT NULL CHECK (skill <> ''),
    relaxes_after_microseconds INTEGER CHECK (relaxes_after_microseconds > 0), -- null: never
    unmet_since                INTEGER, -- since when no present assistant has all skills
    look_at                    INTEGER, -- when upkeep examines it
    relaxed_at                 INTEGER, -- since when it is not required
    UNIQUE (action_id, skill),
    CHECK (relaxes_after_microseconds IS NOT NULL OR (unmet_since IS NULL AND relaxed_at IS NULL)),
    CHECK ((look_at IS NOT NULL) = (unmet_since IS NOT NULL AND relaxed_at IS NULL))
) STRICT;

CREATE INDEX action_skills_look ON action_skills (look_at) WHERE look_at IS NOT NULL;

"""#,
        down: #"""
DROP TABLE action_skills;
DROP TABLE action_offers;
DROP TABLE action_assignments;
DROP TABLE pending_actions;
DROP TABLE action_kind_skills;
DROP TABLE action_kinds;
DROP TABLE assistant_skills;
DROP TABLE assistants;

"""#,
        checksum: "7b6e77ef11102f85680110c3c7f3fa44bd27a5fff290c8a2c250293a8339600d"),
      Migration(
        version: 9, name: "plans",
        embedded: #"""
-- A plan is a set of changes that is approved or rejected as a whole or item by item.

CREATE TABLE plans (
    pk               INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id      BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    batch_id         BLOB REFERENCES batches (id) ON DELETE SET NULL, -- the batch that carries it out
    title            TEXT NOT NULL,
    description      TEXT,
    status           TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'approved'
        OR status = 'rejected' OR status = 'executing' OR status = 'completed' OR status = 'failed'),
    estimated_impact TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(estimated_impact)),
    author           TEXT,
    approver         TEXT,                           -- the principal who decided, either way
    approval_reason  TEXT,
    rejection_reason TEXT,
    failure_reason   TEXT,
    expires_at       INTEGER,                        -- no approval after this time
    approved_at      INTEGER,
    rejected_at      INTEGER,
    started_at       INTEGER,
    finished_at      INTEGER,                        -- completed or failed
    metadata         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CHECK ((status = 'approved' OR status = 'executing' OR status = 'completed'
        OR status = 'failed') = (approved_at IS NOT NULL)),
    CHECK ((status = 'rejected') = (rejected_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR rejection_reason IS NOT NULL),
    CHECK ((status = 'executing' OR status = 'completed' OR status = 'failed') = (started_at IS NOT NULL)),
    CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL))
) STRICT;

CREATE INDEX plans_customer ON plans (customer_id, status) WHERE customer_id IS NOT NULL;
CREATE INDEX plans_batch ON plans (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX plans_status ON plans (status, created_at);
CREATE INDEX plans_created ON plans (created_at);

CREATE TABLE plan_items (
    pk               INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    plan_id          BLOB NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL CHECK (position >= 0),
    title            TEXT NOT NULL,
    description      TEXT,
    change           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(change)),
    before_state     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(before_state)),
    after_state      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(after_state)),
    inverse          TEXT CHECK (inverse IS NULL OR json_valid(inverse)), -- the change that undoes it; null: it cannot be undone, or no longer
    status           TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'approved'
        OR status = 'rejected' OR status = 'applied' OR status = 'failed' OR status = 'rolling_back'
        OR status = 'rolled_back'),
    queue_item_id    BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    decided_by       TEXT,
    decided_at       INTEGER,
    rejection_reason TEXT,
    finished_at      INTEGER,                        -- applied or failed
    error_message    TEXT,                           -- of the change, or of its rollback
    rollback_deadline_at INTEGER,                    -- set when it is applied, and never changed
    rollback_queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    rolled_back_at   INTEGER,
    rolled_back_by   TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (plan_id, position),
    CHECK ((status = 'pending') = (decided_at IS NULL)),
    CHECK ((status = 'applied' OR status = 'failed' OR status = 'rolling_back'
        OR status = 'rolled_back') = (finished_at IS NOT NULL)),
    CHECK ((status = 'applied' OR status = 'rolling_back' OR status = 'rolled_back')
        = (rollback_deadline_at IS NOT NULL)),
    CHECK ((status = 'rolled_back') = (rolled_back_at IS NOT NULL))
) STRICT;

CREATE INDEX plan_items_status ON plan_items (plan_id, status);
CREATE UNIQUE INDEX plan_items_queue_item ON plan_items (queue_item_id) WHERE queue_item_id IS NOT NULL;
CREATE UNIQUE INDEX plan_items_rollback ON plan_items (rollback_queue_item_id) WHERE rollback_queue_item_id IS NOT NULL;
CREATE INDEX plan_items_inverse ON plan_items (rollback_deadline_at) WHERE inverse IS NOT NULL AND rollback_deadline_at IS NOT NULL;

"""#,
        down: #"""
DROP TABLE plan_items;
DROP TABLE plans;

"""#,
        checksum: "42e568ef2dfa3ae3ead23fff4212f3e62c97b7730556b16d3d7623070d5d200c"),
      Migration(
        version: 10, name: "usage",
        embedded: #"""
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

"""#,
        down: #"""
DROP TABLE credit_entries;
DROP TABLE credit_answers;
DROP TABLE credit_hold_parts;
DROP TABLE credit_holds;
DROP TABLE credit_uses;
DROP TABLE credit_grants;
DROP TABLE billing_periods;
DROP TABLE credit_balances;
DROP TABLE usage_records;
DROP TABLE usage_answers;
DROP TABLE usage_closings;
DROP TABLE usage_meters;
DROP TABLE usage_events;

"""#,
        checksum: "4ca4da18e8db5ad58bf007042dd5eda916097a82effc6a1a4e7093992d1c9fc4"),
      Migration(
        version: 11, name: "links",
        embedded: #"""
-- The links of the rooms to each other and to the queue.

-- The credits that a queue item holds or has spent; the newest hold of an item is the current one. An item has no
-- reference because its holds are kept when it is purged.
CREATE TABLE queue_item_credits (
    pk      INTEGER PRIMARY KEY,
    item_id BLOB NOT NULL CHECK (length(item_id) = 16),
    hold_id BLOB NOT NULL UNIQUE REFERENCES credit_holds (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX queue_item_credits_item ON queue_item_credits (item_id);

-- The kinds of work whose completed items count as usage of their customer.
CREATE TABLE completion_meters (
    kind       TEXT PRIMARY KEY NOT NULL CHECK (kind <> ''),
    meter      TEXT NOT NULL CHECK (meter <> ''),
    created_at INTEGER NOT NULL
) STRICT;

-- Starts the history of batches that a queue-only file already contains.
INSERT INTO status_history (entity_kind, entity_id, to_status, at, recorded_at)
SELECT 'batch', id, status, created_at, created_at FROM batches
WHERE NOT EXISTS (SELECT 1 FROM status_history WHERE entity_kind = 'batch' AND entity_id = batches.id);

"""#,
        down: #"""
DROP TABLE completion_meters;
DROP TABLE queue_item_credits;

"""#,
        checksum: "b6f1643a5a40919443001ce0b376947031fa117e7e601cc690f002b328c9058c"),
      Migration(
        version: 12, name: "overviews",
        embedded: #"""
-- Views for people and other programs that read the database.

CREATE VIEW customer_overview AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.phone, c.company_name, c.pipeline, c.status,
    d.label AS status_label, c.owner_id, o.name AS owner_name,
    s.tier, s.status AS subscription_status, k.credit_limit,
    k.granted AS credits_granted, k.reserved AS credits_reserved, k.spent AS credits_spent,
    k.granted - k.reserved - k.spent AS credits_remaining,
    round(100.0 * k.spent / nullif(k.granted, 0), 2) AS credits_spent_percent,
    s.period_start_at, s.period_end_at, s.trial_ends_at,
    c.is_active, c.is_verified, c.onboarding_completed, c.first_submission_completed,
    c.created_at, c.updated_at
FROM customers c
JOIN status_definitions d ON d.pipeline = c.pipeline AND d.status = c.status
LEFT JOIN staff o ON o.id = c.owner_id
LEFT JOIN subscriptions s ON s.customer_id = c.id
LEFT JOIN credit_balances k ON k.customer_id = c.id
WHERE c.deleted_at IS NULL;

CREATE VIEW customer_submission_summary AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.company_name,
    p.tier, k.credit_limit, k.granted - k.reserved - k.spent AS credits_remaining,
    count(s.pk) AS submission_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved')) AS delivered_count,
    count(s.pk) FILTER (WHERE s.status = 'approved') AS approved_count,
    count(s.pk) FILTER (WHERE s.status = 'rejected') AS rejected_count,
    count(s.pk) FILTER (WHERE s.status IN ('pending', 'submitting')) AS pending_count,
    count(s.pk) FILTER (WHERE s.status = 'failed') AS failed_count,
    round(100.0 * count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved'))
        / nullif(count(s.pk), 0), 2) AS delivery_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.status = 'approved')
        / nullif(count(s.pk) FILTER (WHERE s.status IN ('approved', 'rejected')), 0), 2) AS approval_percent,
    coalesce(sum(s.credits_consumed), 0) AS credits_consumed_sum,
    -- a sum of money only for a single currency
    CASE WHEN count(DISTINCT s.currency) = 1 THEN sum(s.cost_minor) END AS cost_minor_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN min(s.currency) END AS currency,
    round(avg(s.quality_score), 2) AS average_quality_score,
    sum(s.approval_microseconds) AS approval_time_sum_microseconds,
    count(s.approval_microseconds) AS approval_time_count,
    round(avg(s.approval_microseconds) / 3600000000.0, 2) AS average_approval_hours,
    count(DISTINCT s.directory_id) AS directory_count,
    max(s.created_at) AS last_submission_at,
    max(s.approved_at) AS last_approval_at
FROM customers c
LEFT JOIN subscriptions p ON p.customer_id = c.id
LEFT JOIN credit_balances k ON k.customer_id = c.id
LEFT JOIN submissions s ON s.customer_id = c.id
WHERE c.deleted_at IS NULL
GROUP BY c.id;

CREATE VIEW directory_performance AS
SELECT
    d.id AS directory_id, d.name, d.website, d.category_id, g.slug AS category, d.domain_rating, d.priority_tier,
    d.is_active, d.expected_approval_days,
    count(s.pk) AS submission_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved')) AS delivered_count,
    count(s.pk) FILTER (WHERE s.status = 'approved') AS approved_count,
    count(s.pk) FILTER (WHERE s.status = 'rejected') AS rejected_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review')) AS waiting_count,
    count(s.pk) FILTER (WHERE s.status = 'failed') AS failed_count,
    count(s.pk) FILTER (WHERE s.manual_intervention_required = 1) AS manual_intervention_count,
    round(100.0 * count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved'))
        / nullif(count(s.pk), 0), 2) AS delivery_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.status = 'approved')
        / nullif(count(s.pk) FILTER (WHERE s.status IN ('approved', 'rejected')), 0), 2) AS approval_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.manual_intervention_required = 1)
        / nullif(count(s.pk), 0), 2) AS manual_intervention_percent,
    sum(s.approval_microseconds) AS approval_time_sum_microseconds,
    count(s.approval_microseconds) AS approval_time_count,
    round(avg(s.approval_microseconds) / 3600000000.0, 2) AS average_approval_hours,
    round(avg(s.processing_microseconds) / 1000000.0, 2) AS average_processing_seconds,
    round(avg(s.quality_score), 2) AS average_quality_score,
    coalesce(sum(s.credits_consumed), 0) AS credits_consumed_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN sum(s.cost_minor) END AS cost_minor_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN min(s.currency) END AS currency,
    max(s.created_at) AS last_submission_at,
    max(s.approved_at) AS last_approval_at
FROM directories d
JOIN directory_categories g ON g.id = d.category_id
LEFT JOIN submissions s ON s.directory_id = d.id
GROUP BY d.id;

CREATE VIEW submission_overview AS
SELECT
    s.id AS submission_id, s.reference, s.status,
    s.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    s.directory_id, d.name AS directory_name, d.domain_rating, d.priority_tier,
    s.submitted_at, s.approved_at, s.closed_at, s.approval_microseconds, s.processing_microseconds,
    CASE WHEN s.status IN ('submitted', 'under_review')
        THEN s.submitted_at + d.expected_approval_days * 86400000000 END AS expected_decision_at,
    s.quality_score, s.automation_method, s.manual_intervention_required, s.credits_consumed,
    s.business_name_submitted, s.created_at, s.updated_at
FROM submissions s
JOIN customers c ON c.id = s.customer_id
JOIN directories d ON d.id = s.directory_id
LEFT JOIN subscriptions p ON p.customer_id = c.id;

CREATE VIEW queue_overview AS
SELECT
    q.id AS queue_item_id, q.queue, q.kind, q.status, q.priority, q.due_at, q.deadline_at,
    CASE q.status WHEN 'completed' THEN 100 ELSE coalesce(g.percent, 0) END AS progress, g.step AS current_step,
    c.id AS customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    d.id AS directory_id, d.name AS directory_name, d.category_id, q.batch_id, b.name AS batch_name,
    q.claims, q.attempts, r.max_attempts, q.rescues, q.worker, q.lease_expires_at,
    w.method, w.requires_verification, w.verification_status,
    g.estimated_completion_at, q.wait_microseconds,
    CASE WHEN q.status IN ('completed', 'failed') THEN max(0, q.finished_at - q.claimed_at) END
        AS processing_microseconds,
    q.error_code, q.error_message, q.cost,
    (SELECT h.state FROM queue_item_credits l JOIN credit_holds h ON h.id = l.hold_id
        WHERE l.item_id = q.id ORDER BY l.pk DESC LIMIT 1) AS credit_state,
    q.created_at, q.claimed_at, q.finished_at, q.updated_at
FROM queue_items q
LEFT JOIN queue_policies r ON r.pk = q.policy_pk -- null: the default policy
LEFT JOIN queue_progress g ON g.item_pk = q.pk AND g.claim = q.claims
LEFT JOIN customers c ON c.id = q.account
LEFT JOIN subscriptions p ON p.customer_id = c.id
LEFT JOIN directories d ON q.subject_kind = 'directory' AND d.id = q.subject_id
LEFT JOIN submission_work w ON w.queue_item_id = q.id
LEFT JOIN batches b ON b.id = q.batch_id;

CREATE VIEW batch_overview AS
SELECT
    b.id AS batch_id, b.name, b.status, b.priority, c.id AS customer_id, c.full_name AS customer_name, c.company_name,
    b.total_items, b.pending_items, b.running_items, b.waiting_items, b.completed_items, b.failed_items, b.cancelled_items,
    b.completed_items + b.failed_items + b.cancelled_items AS finished_items,
    round(100.0 * (b.completed_items + b.failed_items + b.cancelled_items) / nullif(b.total_items, 0), 2) AS progress_percent,
    round(100.0 * b.completed_items
        / nullif(b.completed_items + b.failed_items + b.cancelled_items, 0), 2) AS success_percent,
    b.processing_microseconds_sum, b.processing_count,
    b.scheduled_at, b.started_at, b.finished_at, b.estimated_completion_at, b.error_message, b.created_at, b.updated_at
FROM batches b
LEFT JOIN customers c ON c.id = b.account;

CREATE VIEW action_center AS
SELECT
    a.id AS action_id, a.kind, a.title, a.description, a.priority, a.status,
    a.finished_at IS NULL AS is_open,
    a.deadline_at, a.scheduled_at, a.estimated_duration_minutes,
    120 - 20 * a.priority AS priority_score_base,
    a.subject_kind, a.subject_id,
    a.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    a.directory_id, d.name AS directory_name, a.queue_item_id, a.submission_id, a.batch_id,
    a.assistant_id, v.handle AS assistant_handle, v.name AS assistant_name,
    a.assigned_at, a.started_at, a.finished_at, a.customer_response_required, a.customer_response_deadline_at,
    a.requires_verification, a.verified_by_supervisor, a.created_at, a.updated_at
FROM pending_actions a
LEFT JOIN customers c ON c.id = a.customer_id
LEFT JOIN subscriptions p ON p.customer_id = a.customer_id
LEFT JOIN directories d ON d.id = a.directory_id
LEFT JOIN assistants v ON v.id = a.assistant_id;

CREATE VIEW assistant_workload AS
SELECT
    v.id AS assistant_id, v.handle, v.name, v.is_active, v.is_available, v.time_zone,
    v.active_count, v.max_concurrent_tasks,
    round(100.0 * v.active_count / nullif(v.max_concurrent_tasks, 0), 2) AS workload_percent,
    count(a.pk) FILTER (WHERE a.status = 'assigned') AS assigned_count,
    count(a.pk) FILTER (WHERE a.status = 'in_progress') AS in_progress_count,
    count(a.pk) FILTER (WHERE a.status = 'blocked') AS blocked_count,
    count(a.pk) FILTER (WHERE a.status = 'requires_customer') AS requires_customer_count,
    min(a.deadline_at) AS next_deadline_at,
    v.completed_count, v.failed_count,
    round(100.0 * v.completed_count / nullif(v.completed_count + v.failed_count, 0), 2) AS success_percent,
    round(1.0 * v.quality_sum / nullif(v.quality_count, 0), 2) AS average_quality_score,
    round(v.duration_sum_microseconds / 60000000.0 / nullif(v.duration_count, 0), 2) AS average_duration_minutes,
    v.last_active_at, v.last_assigned_at
FROM assistants v
LEFT JOIN pending_actions a
    ON a.assistant_id = v.id AND a.status IN ('assigned', 'in_progress', 'blocked', 'requires_customer')
GROUP BY v.id;

-- The same for people: ids as the text that programs print, times in ISO 8601 (UTC).

CREATE VIEW v_customer_overview AS
SELECT
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    full_name,
    email,
    phone,
    company_name,
    pipeline,
    status,
    status_label,
    nullif(lower(substr(hex(owner_id), 1, 8) || '-' || substr(hex(owner_id), 9, 4) || '-'
        || substr(hex(owner_id), 13, 4) || '-' || substr(hex(owner_id), 17, 4) || '-' || substr(hex(owner_id), 21)), '----') AS owner_id,
    owner_name,
    tier,
    subscription_status,
    credit_limit,
    credits_granted,
    credits_reserved,
    credits_spent,
    credits_remaining,
    credits_spent_percent,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_end_at / 1000000.0, 'unixepoch') AS period_end_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', trial_ends_at / 1000000.0, 'unixepoch') AS trial_ends_at,
    is_active,
    is_verified,
    onboarding_completed,
    first_submission_completed,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM customer_overview;

CREATE VIEW v_customer_submission_summary AS
SELECT
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    full_name,
    email,
    company_name,
    tier,
    credit_limit,
    credits_remaining,
    submission_count,
    delivered_count,
    approved_count,
    rejected_count,
    pending_count,
    failed_count,
    delivery_percent,
    approval_percent,
    credits_consumed_sum,
    cost_minor_sum,
    currency,
    average_quality_score,
    approval_time_sum_microseconds,
    approval_time_count,
    average_approval_hours,
    directory_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_submission_at / 1000000.0, 'unixepoch') AS last_submission_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_approval_at / 1000000.0, 'unixepoch') AS last_approval_at
FROM customer_submission_summary;

CREATE VIEW v_directory_performance AS
SELECT
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    name,
    website,
    nullif(lower(substr(hex(category_id), 1, 8) || '-' || substr(hex(category_id), 9, 4) || '-'
        || substr(hex(category_id), 13, 4) || '-' || substr(hex(category_id), 17, 4) || '-' || substr(hex(category_id), 21)), '----') AS category_id,
    category,
    domain_rating,
    priority_tier,
    is_active,
    expected_approval_days,
    submission_count,
    delivered_count,
    approved_count,
    rejected_count,
    waiting_count,
    failed_count,
    manual_intervention_count,
    delivery_percent,
    approval_percent,
    manual_intervention_percent,
    approval_time_sum_microseconds,
    approval_time_count,
    average_approval_hours,
    average_processing_seconds,
    average_quality_score,
    credits_consumed_sum,
    cost_minor_sum,
    currency,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_submission_at / 1000000.0, 'unixepoch') AS last_submission_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_approval_at / 1000000.0, 'unixepoch') AS last_approval_at
FROM directory_performance;

CREATE VIEW v_submission_overview AS
SELECT
    nullif(lower(substr(hex(submission_id), 1, 8) || '-' || substr(hex(submission_id), 9, 4) || '-'
        || substr(hex(submission_id), 13, 4) || '-' || substr(hex(submission_id), 17, 4) || '-' || substr(hex(submission_id), 21)), '----') AS submission_id,
    reference,
    status,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    domain_rating,
    priority_tier,
    strftime('%Y-%m-%dT%H:%M:%fZ', submitted_at / 1000000.0, 'unixepoch') AS submitted_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', approved_at / 1000000.0, 'unixepoch') AS approved_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000000.0, 'unixepoch') AS closed_at,
    approval_microseconds,
    processing_microseconds,
    strftime('%Y-%m-%dT%H:%M:%fZ', expected_decision_at / 1000000.0, 'unixepoch') AS expected_decision_at,
    quality_score,
    automation_method,
    manual_intervention_required,
    credits_consumed,
    business_name_submitted,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM submission_overview;

CREATE VIEW v_queue_overview AS
SELECT
    nullif(lower(substr(hex(queue_item_id), 1, 8) || '-' || substr(hex(queue_item_id), 9, 4) || '-'
        || substr(hex(queue_item_id), 13, 4) || '-' || substr(hex(queue_item_id), 17, 4) || '-' || substr(hex(queue_item_id), 21)), '----') AS queue_item_id,
    queue,
    kind,
    status,
    priority,
    strftime('%Y-%m-%dT%H:%M:%fZ', due_at / 1000000.0, 'unixepoch') AS due_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', deadline_at / 1000000.0, 'unixepoch') AS deadline_at,
    progress,
    current_step,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    nullif(lower(substr(hex(category_id), 1, 8) || '-' || substr(hex(category_id), 9, 4) || '-'
        || substr(hex(category_id), 13, 4) || '-' || substr(hex(category_id), 17, 4) || '-' || substr(hex(category_id), 21)), '----') AS category_id,
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    batch_name,
    claims,
    attempts,
    max_attempts,
    rescues,
    worker,
    strftime('%Y-%m-%dT%H:%M:%fZ', lease_expires_at / 1000000.0, 'unixepoch') AS lease_expires_at,
    method,
    requires_verification,
    verification_status,
    strftime('%Y-%m-%dT%H:%M:%fZ', estimated_completion_at / 1000000.0, 'unixepoch') AS estimated_completion_at,
    wait_microseconds,
    processing_microseconds,
    error_code,
    error_message,
    cost,
    credit_state,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', claimed_at / 1000000.0, 'unixepoch') AS claimed_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM queue_overview;

CREATE VIEW v_batch_overview AS
SELECT
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    name,
    status,
    priority,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    company_name,
    total_items,
    pending_items,
    running_items,
    waiting_items,
    completed_items,
    failed_items,
    cancelled_items,
    finished_items,
    progress_percent,
    success_percent,
    processing_microseconds_sum,
    processing_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at / 1000000.0, 'unixepoch') AS scheduled_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', estimated_completion_at / 1000000.0, 'unixepoch') AS estimated_completion_at,
    error_message,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM batch_overview;

CREATE VIEW v_action_center AS
SELECT
    nullif(lower(substr(hex(action_id), 1, 8) || '-' || substr(hex(action_id), 9, 4) || '-'
        || substr(hex(action_id), 13, 4) || '-' || substr(hex(action_id), 17, 4) || '-' || substr(hex(action_id), 21)), '----') AS action_id,
    kind,
    title,
    description,
    priority,
    status,
    is_open,
    strftime('%Y-%m-%dT%H:%M:%fZ', deadline_at / 1000000.0, 'unixepoch') AS deadline_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at / 1000000.0, 'unixepoch') AS scheduled_at,
    estimated_duration_minutes,
    priority_score_base,
    subject_kind,
    nullif(lower(substr(hex(subject_id), 1, 8) || '-' || substr(hex(subject_id), 9, 4) || '-'
        || substr(hex(subject_id), 13, 4) || '-' || substr(hex(subject_id), 17, 4) || '-' || substr(hex(subject_id), 21)), '----') AS subject_id,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    nullif(lower(substr(hex(queue_item_id), 1, 8) || '-' || substr(hex(queue_item_id), 9, 4) || '-'
        || substr(hex(queue_item_id), 13, 4) || '-' || substr(hex(queue_item_id), 17, 4) || '-' || substr(hex(queue_item_id), 21)), '----') AS queue_item_id,
    nullif(lower(substr(hex(submission_id), 1, 8) || '-' || substr(hex(submission_id), 9, 4) || '-'
        || substr(hex(submission_id), 13, 4) || '-' || substr(hex(submission_id), 17, 4) || '-' || substr(hex(submission_id), 21)), '----') AS submission_id,
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    nullif(lower(substr(hex(assistant_id), 1, 8) || '-' || substr(hex(assistant_id), 9, 4) || '-'
        || substr(hex(assistant_id), 13, 4) || '-' || substr(hex(assistant_id), 17, 4) || '-' || substr(hex(assistant_id), 21)), '----') AS assistant_id,
    assistant_handle,
    assistant_name,
    strftime('%Y-%m-%dT%H:%M:%fZ', assigned_at / 1000000.0, 'unixepoch') AS assigned_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    customer_response_required,
    strftime('%Y-%m-%dT%H:%M:%fZ', customer_response_deadline_at / 1000000.0, 'unixepoch') AS customer_response_deadline_at,
    requires_verification,
    verified_by_supervisor,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM action_center;

CREATE VIEW v_assistant_workload AS
SELECT
    nullif(lower(substr(hex(assistant_id), 1, 8) || '-' || substr(hex(assistant_id), 9, 4) || '-'
        || substr(hex(assistant_id), 13, 4) || '-' || substr(hex(assistant_id), 17, 4) || '-' || substr(hex(assistant_id), 21)), '----') AS assistant_id,
    handle,
    name,
    is_active,
    is_available,
    time_zone,
    active_count,
    max_concurrent_tasks,
    workload_percent,
    assigned_count,
    in_progress_count,
    blocked_count,
    requires_customer_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', next_deadline_at / 1000000.0, 'unixepoch') AS next_deadline_at,
    completed_count,
    failed_count,
    success_percent,
    average_quality_score,
    average_duration_minutes,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_active_at / 1000000.0, 'unixepoch') AS last_active_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_assigned_at / 1000000.0, 'unixepoch') AS last_assigned_at
FROM assistant_workload;

CREATE VIEW v_status_history AS
SELECT
    entity_kind,
    nullif(lower(substr(hex(entity_id), 1, 8) || '-' || substr(hex(entity_id), 9, 4) || '-'
        || substr(hex(entity_id), 13, 4) || '-' || substr(hex(entity_id), 17, 4) || '-' || substr(hex(entity_id), 21)), '----') AS entity_id,
    pipeline,
    from_status,
    to_status,
    reason,
    actor_kind,
    actor_id,
    nullif(lower(substr(hex(owner_id), 1, 8) || '-' || substr(hex(owner_id), 9, 4) || '-'
        || substr(hex(owner_id), 13, 4) || '-' || substr(hex(owner_id), 17, 4) || '-' || substr(hex(owner_id), 21)), '----') AS owner_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000000.0, 'unixepoch') AS recorded_at,
    details
FROM status_history;

CREATE VIEW v_audit_log AS
SELECT
    nullif(lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-'
        || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)), '----') AS id,
    actor_kind,
    actor_id,
    action,
    entity_kind,
    nullif(lower(substr(hex(entity_id), 1, 8) || '-' || substr(hex(entity_id), 9, 4) || '-'
        || substr(hex(entity_id), 13, 4) || '-' || substr(hex(entity_id), 17, 4) || '-' || substr(hex(entity_id), 21)), '----') AS entity_id,
    changes,
    metadata,
    ip,
    user_agent,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at
FROM audit_log;

CREATE VIEW v_usage_events AS
SELECT
    idempotency_key,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    meter,
    quantity,
    amount_minor,
    currency,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000000.0, 'unixepoch') AS recorded_at,
    local_day,
    is_day_given,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_end_at / 1000000.0, 'unixepoch') AS period_end_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', adjusts_at / 1000000.0, 'unixepoch') AS adjusts_at,
    metadata
FROM usage_events;

CREATE VIEW v_credit_entries AS
SELECT
    idempotency_key,
    strftime('%Y-%m-%dT%H:%M:%fZ', refill_at / 1000000.0, 'unixepoch') AS refill_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', refill_end_at / 1000000.0, 'unixepoch') AS refill_end_at,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    kind,
    credits,
    granted_after,
    reserved_after,
    spent_after,
    overage_after,
    nullif(lower(substr(hex(grant_id), 1, 8) || '-' || substr(hex(grant_id), 9, 4) || '-'
        || substr(hex(grant_id), 13, 4) || '-' || substr(hex(grant_id), 17, 4) || '-' || substr(hex(grant_id), 21)), '----') AS grant_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    nullif(lower(substr(hex(hold_id), 1, 8) || '-' || substr(hex(hold_id), 9, 4) || '-'
        || substr(hex(hold_id), 13, 4) || '-' || substr(hex(hold_id), 17, 4) || '-' || substr(hex(hold_id), 21)), '----') AS hold_id,
    reason,
    actor_kind,
    actor_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at
FROM credit_entries;

"""#,
        down: #"""
DROP VIEW v_credit_entries;
DROP VIEW v_usage_events;
DROP VIEW v_audit_log;
DROP VIEW v_status_history;
DROP VIEW v_assistant_workload;
DROP VIEW v_action_center;
DROP VIEW v_batch_overview;
DROP VIEW v_queue_overview;
DROP VIEW v_submission_overview;
DROP VIEW v_directory_performance;
DROP VIEW v_customer_submission_summary;
DROP VIEW v_customer_overview;
DROP VIEW assistant_workload;
DROP VIEW action_center;
DROP VIEW batch_overview;
DROP VIEW queue_overview;
DROP VIEW submission_overview;
DROP VIEW directory_performance;
DROP VIEW customer_submission_summary;
DROP VIEW customer_overview;

"""#,
        checksum: "2eb6d30a26437e1b1f9e1d7a06ec541506752e9cff5930faa6783007ea7bd37a"),
    ])
}
