// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let structure = MigrationPack.Structure(
    through: 20, sql: #"""
-- What the steps in Core/ come to on an empty file; made from them by
-- BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests

CREATE TABLE store_settings (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
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
CREATE VIRTUAL TABLE customers_search USING fts5 (
    full_name,
    company,
    email,
    phone,
    business,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '2 3'
);
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
    link_type                       TEXT NOT NULL DEFAULT 'unknown' CHECK (link_type IN ('dofollow', 'nofollow', 'mixed', 'unknown')),
    priority_tier                   TEXT NOT NULL DEFAULT 'medium' CHECK (priority_tier IN ('high', 'medium', 'low')),
    pricing_model                   TEXT NOT NULL DEFAULT 'free' CHECK (pricing_model IN ('free', 'paid', 'freemium', 'unknown')),
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
    -- kept from submissions, by their current status
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
CREATE TABLE queue_controls (
    queue      TEXT PRIMARY KEY NOT NULL CHECK (queue <> ''),
    is_paused  INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1)),
    paused_at  INTEGER,
    reason     TEXT,
    updated_at INTEGER NOT NULL, aging_seconds INTEGER CHECK (aging_seconds >= 0), is_fair INTEGER NOT NULL DEFAULT 0 CHECK (is_fair IN (0, 1)), max_waiting INTEGER CHECK (max_waiting >= 0), draining_since INTEGER,
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
    updated_at                  INTEGER NOT NULL, stays_open INTEGER NOT NULL DEFAULT 0 CHECK (stays_open IN (0, 1)), sealed_at INTEGER,
    CHECK (total_items = pending_items + running_items + waiting_items + completed_items + failed_items + cancelled_items),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK (status <> 'processing' OR started_at IS NOT NULL)
) STRICT;
CREATE INDEX batches_customer ON batches (customer_id, created_at) WHERE customer_id IS NOT NULL;
CREATE INDEX batches_status ON batches (status, priority, scheduled_at);
CREATE INDEX batches_created ON batches (created_at);
CREATE INDEX batches_finished ON batches (finished_at) WHERE finished_at IS NOT NULL;
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
    updated_at         INTEGER NOT NULL, anchor_at INTEGER, max_catch_up INTEGER NOT NULL DEFAULT 100
    CHECK (max_catch_up BETWEEN 1 AND 1000), grace_seconds INTEGER CHECK (grace_seconds > 0), checked_at INTEGER, last_error TEXT,
    CHECK ((cron IS NULL) <> (interval_seconds IS NULL))
) STRICT;
CREATE INDEX queue_schedules_next ON queue_schedules (next_run_at) WHERE is_enabled = 1;
CREATE INDEX queue_schedules_customer ON queue_schedules (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX queue_schedules_last_item ON queue_schedules (last_queue_item_id) WHERE last_queue_item_id IS NOT NULL;
CREATE TABLE submissions (
    pk                              INTEGER PRIMARY KEY,
    id                              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    reference                       TEXT NOT NULL UNIQUE CHECK (reference <> ''), -- for people: DB-YYYYMMDD-xxxxxxxx
    customer_id                     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    directory_id                    BLOB NOT NULL REFERENCES directories (id) ON DELETE RESTRICT,
    queue_item_id                   BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    status                          TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'submitting', 'submitted', 'under_review', 'revision_needed', 'approved',
         'rejected', 'expired', 'removed', 'failed', 'cancelled')),
    external_submission_id          TEXT,
    submission_url                  TEXT,
    -- times
    submitted_at                    INTEGER,
    approved_at                     INTEGER,
    rejected_at                     INTEGER,
    live_at                         INTEGER,
    closed_at                       INTEGER,         -- rejected, expired, removed, failed or cancelled: no longer live work
    expires_at                      INTEGER,
    last_checked_at                 INTEGER,         -- with the directory, not the last write
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
    -- effect on search
    listing_ranking_position        INTEGER CHECK (listing_ranking_position >= 1),
    search_visibility_score         INTEGER CHECK (search_visibility_score BETWEEN 1 AND 100),
    backlink_created                INTEGER NOT NULL DEFAULT 0 CHECK (backlink_created IN (0, 1)),
    authority_impact_hundredths     INTEGER,         -- change of domain authority, in hundredths of a point
    -- quality
    quality_score                   INTEGER CHECK (quality_score BETWEEN 1 AND 10),
    directory_rating                INTEGER CHECK (directory_rating BETWEEN 1 AND 5),
    compliance_status               TEXT NOT NULL DEFAULT 'pending_review' CHECK (compliance_status IN
        ('compliant', 'non_compliant', 'pending_review', 'not_applicable')),
    -- proof
    screenshot_urls                 TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(screenshot_urls)),
    listing_proof_urls              TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(listing_proof_urls)),
    confirmation_email_url          TEXT,
    submission_receipt_url          TEXT,
    -- what was sent, as it was then
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
    automation_method               TEXT NOT NULL DEFAULT 'chrome_extension' CHECK (automation_method IN
        ('chrome_extension', 'api', 'manual', 'headless_browser', 'rpa_tool')),
    automation_attempt_count        INTEGER NOT NULL DEFAULT 0 CHECK (automation_attempt_count >= 0),
    automation_success_count        INTEGER NOT NULL DEFAULT 0 CHECK (automation_success_count >= 0),
    manual_intervention_required    INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_required IN (0, 1)),
    manual_intervention_reasons     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(manual_intervention_reasons)),
    -- cost
    cost_minor                      INTEGER NOT NULL DEFAULT 0 CHECK (cost_minor >= 0),
    currency                        TEXT NOT NULL DEFAULT 'USD' CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    credits_consumed                INTEGER NOT NULL DEFAULT 1 CHECK (credits_consumed >= 0),
    billing_reference               TEXT,
    -- follow-up and upkeep
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
    CHECK ((status IN ('rejected', 'expired', 'removed', 'failed', 'cancelled')) = (closed_at IS NOT NULL)),
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
CREATE TABLE assistants (
    pk                         INTEGER PRIMARY KEY,
    id                         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    handle                     TEXT NOT NULL UNIQUE CHECK (handle <> ''), -- what other systems call them
    name                       TEXT NOT NULL,
    email                      TEXT NOT NULL,
    phone                      TEXT,
    is_active                  INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    is_available               INTEGER NOT NULL DEFAULT 1 CHECK (is_available IN (0, 1)),
    time_zone                  TEXT NOT NULL DEFAULT 'UTC',
    -- local time by weekday; null means a day off
    working_hours              TEXT NOT NULL DEFAULT '{"monday":{"start":"09:00","end":"17:00"},"tuesday":{"start":"09:00","end":"17:00"},"wednesday":{"start":"09:00","end":"17:00"},"thursday":{"start":"09:00","end":"17:00"},"friday":{"start":"09:00","end":"17:00"},"saturday":{"start":null,"end":null},"sunday":{"start":null,"end":null}}'
        CHECK (json_valid(working_hours)),
    specializations            TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(specializations)),
    languages                  TEXT NOT NULL DEFAULT '["en"]' CHECK (json_valid(languages)),
    max_concurrent_tasks       INTEGER NOT NULL DEFAULT 10 CHECK (max_concurrent_tasks >= 1),
    -- kept from pending_actions
    active_count               INTEGER NOT NULL DEFAULT 0 CHECK (active_count >= 0),
    completed_count            INTEGER NOT NULL DEFAULT 0 CHECK (completed_count >= 0),
    failed_count               INTEGER NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
    quality_sum                INTEGER NOT NULL DEFAULT 0 CHECK (quality_sum >= 0),
    quality_count              INTEGER NOT NULL DEFAULT 0 CHECK (quality_count >= 0),
    duration_sum_microseconds  INTEGER NOT NULL DEFAULT 0 CHECK (duration_sum_microseconds >= 0),
    duration_count             INTEGER NOT NULL DEFAULT 0 CHECK (duration_count >= 0),
    -- given by customers and supervisors, 1 to 5 each
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
    updated_at                 INTEGER NOT NULL, capacity INTEGER CHECK (capacity BETWEEN 1 AND 1000000000), active_weight INTEGER NOT NULL DEFAULT 0 CHECK (active_weight >= 0), offered_count INTEGER NOT NULL DEFAULT 0 CHECK (offered_count >= 0), offered_weight INTEGER NOT NULL DEFAULT 0 CHECK (offered_weight >= 0), accepted_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (accepted_offer_count >= 0), declined_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (declined_offer_count >= 0), expired_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (expired_offer_count >= 0),
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
CREATE TABLE pending_actions (
    pk                                INTEGER PRIMARY KEY,
    id                                BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    kind                              TEXT NOT NULL CHECK (kind IN
        ('sms_verification', 'email_verification', 'document_upload', 'phone_call', 'manual_submission',
         'captcha_solving', 'account_creation', 'payment_processing', 'content_review',
         'screenshot_verification', 'follow_up_required', 'error_resolution')),
    title                             TEXT NOT NULL,
    description                       TEXT,
    status                            TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'assigned', 'in_progress', 'blocked', 'requires_customer', 'completed', 'failed', 'cancelled')),
    priority                          INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    customer_id                       BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    queue_item_id                     BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    submission_id                     BLOB REFERENCES submissions (id) ON DELETE SET NULL,
    directory_id                      BLOB REFERENCES directories (id) ON DELETE RESTRICT,
    batch_id                          BLOB REFERENCES batches (id) ON DELETE SET NULL,
    assistant_id                      BLOB REFERENCES assistants (id) ON DELETE RESTRICT,
    -- times
    assigned_at                       INTEGER,
    scheduled_at                      INTEGER,
    deadline_at                       INTEGER,
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
    -- the customer's part
    customer_notified                 INTEGER NOT NULL DEFAULT 0 CHECK (customer_notified IN (0, 1)),
    customer_notified_at              INTEGER,
    customer_response_required        INTEGER NOT NULL DEFAULT 0 CHECK (customer_response_required IN (0, 1)),
    customer_response_deadline_at     INTEGER,
    customer_response                 TEXT,
    customer_responded_at             INTEGER,
    -- the supervisor's part
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
    updated_at                        INTEGER NOT NULL, weight INTEGER NOT NULL DEFAULT 10 CHECK (weight BETWEEN 1 AND 1000000), over_capacity INTEGER NOT NULL DEFAULT 0 CHECK (over_capacity IN (0, 1)), escalated_at INTEGER, escalation_count INTEGER NOT NULL DEFAULT 0
    CHECK (escalation_count >= 0 AND (escalated_at IS NULL OR escalation_count > 0)),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
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
CREATE INDEX pending_actions_customer ON pending_actions (customer_id, status);
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
CREATE TABLE action_assignments (
    pk           INTEGER PRIMARY KEY,
    action_id    BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    assistant_id BLOB REFERENCES assistants (id) ON DELETE RESTRICT, -- null: unassigned, or no candidate
    decided_at   INTEGER NOT NULL,
    decided_by   TEXT NOT NULL DEFAULT 'system',
    is_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_automatic IN (0, 1)),
    reason       TEXT,
    candidates   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(candidates)) -- scores, and why others were left out
) STRICT;
CREATE INDEX action_assignments_action ON action_assignments (action_id, decided_at);
CREATE INDEX action_assignments_assistant ON action_assignments (assistant_id, decided_at) WHERE assistant_id IS NOT NULL;
CREATE TABLE plans (
    pk               INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    customer_id      BLOB REFERENCES customers (id) ON DELETE RESTRICT,
    batch_id         BLOB REFERENCES batches (id) ON DELETE SET NULL, -- the work that carries it out
    title            TEXT NOT NULL,
    description      TEXT,
    status           TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'approved', 'rejected', 'executing', 'completed', 'failed')),
    estimated_impact TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(estimated_impact)),
    author           TEXT,
    approver         TEXT,                           -- who decided, either way
    approval_reason  TEXT,
    rejection_reason TEXT,
    failure_reason   TEXT,
    expires_at       INTEGER,                        -- not decided by then: no longer to be approved
    approved_at      INTEGER,
    rejected_at      INTEGER,
    started_at       INTEGER,
    finished_at      INTEGER,                        -- completed or failed
    metadata         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    CHECK ((status IN ('approved', 'executing', 'completed', 'failed')) = (approved_at IS NOT NULL)),
    CHECK ((status = 'rejected') = (rejected_at IS NOT NULL)),
    CHECK (status <> 'rejected' OR rejection_reason IS NOT NULL),
    CHECK ((status IN ('executing', 'completed', 'failed')) = (started_at IS NOT NULL)),
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
    status           TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'applied', 'failed')),
    queue_item_id    BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    decided_by       TEXT,
    decided_at       INTEGER,
    rejection_reason TEXT,
    finished_at      INTEGER,                        -- applied or failed
    error_message    TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (plan_id, position),
    CHECK ((status = 'pending') = (decided_at IS NULL)),
    CHECK ((status IN ('applied', 'failed')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX plan_items_status ON plan_items (plan_id, status);
CREATE UNIQUE INDEX plan_items_queue_item ON plan_items (queue_item_id) WHERE queue_item_id IS NOT NULL;
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
CREATE TABLE usage_events (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT NOT NULL UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    meter           TEXT NOT NULL CHECK (meter <> ''),
    quantity        INTEGER NOT NULL DEFAULT 1,
    amount_minor    INTEGER,
    currency        TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    at              INTEGER NOT NULL,                -- when it was used
    recorded_at     INTEGER NOT NULL,
    local_day       TEXT NOT NULL CHECK (local_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- of at, in the billing zone
    -- billing period it counts in, of the subscription at that time; null: none
    period_start_at INTEGER,
    period_end_at   INTEGER CHECK (period_end_at > period_start_at), -- exclusive
    metadata        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CHECK ((period_start_at IS NULL) = (period_end_at IS NULL))
) STRICT;
CREATE INDEX usage_events_customer ON usage_events (customer_id, meter, at);
CREATE INDEX usage_events_day ON usage_events (local_day, customer_id);
CREATE TRIGGER usage_events_no_update BEFORE UPDATE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;
CREATE TRIGGER usage_events_no_delete BEFORE DELETE ON usage_events
BEGIN SELECT RAISE(ABORT, 'usage_events is append-only'); END;
CREATE TABLE usage_records (
    pk               INTEGER PRIMARY KEY,
    customer_id      BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    meter            TEXT NOT NULL CHECK (meter <> ''),
    period_kind      TEXT NOT NULL CHECK (period_kind IN ('day', 'month', 'billing_period')),
    period_key       TEXT NOT NULL,
    period_start_at  INTEGER NOT NULL,
    period_end_at    INTEGER NOT NULL,               -- exclusive
    event_count      INTEGER NOT NULL DEFAULT 0 CHECK (event_count >= 0),
    quantity_sum     INTEGER NOT NULL DEFAULT 0,
    amount_minor_sum INTEGER NOT NULL DEFAULT 0,
    currency         TEXT CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    -- frozen when the record was opened, not kept from events
    quantity_limit   INTEGER CHECK (quantity_limit >= 0), -- null: unlimited
    tier             TEXT,
    limit_warned_at  INTEGER,                        -- when 80 % of the limit were first used
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
CREATE TABLE credit_entries (
    pk              INTEGER PRIMARY KEY,
    idempotency_key TEXT UNIQUE CHECK (idempotency_key <> ''),
    customer_id     BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    kind            TEXT NOT NULL CHECK (kind IN ('grant', 'reserve', 'spend', 'release', 'expire', 'adjust', 'settle')),
    credits         INTEGER NOT NULL,                -- signed for adjust only
    granted_after   INTEGER NOT NULL CHECK (granted_after >= 0),
    reserved_after  INTEGER NOT NULL CHECK (reserved_after >= 0),
    spent_after     INTEGER NOT NULL CHECK (spent_after >= 0),
    period_start_at INTEGER,                         -- billing period it counts in
    queue_item_id   BLOB CHECK (length(queue_item_id) = 16), -- no reference: the item may be pruned, the entry stays
    reason          TEXT,
    actor_kind      TEXT NOT NULL DEFAULT 'system',
    actor_id        TEXT,
    at              INTEGER NOT NULL,
    CHECK (kind = 'adjust' OR credits >= 0),
    CHECK (granted_after - reserved_after - spent_after >= 0)
) STRICT;
CREATE INDEX credit_entries_customer ON credit_entries (customer_id, at);
CREATE INDEX credit_entries_queue_item ON credit_entries (queue_item_id) WHERE queue_item_id IS NOT NULL;
CREATE TRIGGER credit_entries_no_update BEFORE UPDATE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;
CREATE TRIGGER credit_entries_no_delete BEFORE DELETE ON credit_entries
BEGIN SELECT RAISE(ABORT, 'credit_entries is append-only'); END;
CREATE TABLE analytics_flows (
    pk          INTEGER PRIMARY KEY,
    entity_kind TEXT NOT NULL CHECK (entity_kind <> ''),
    pipeline    TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id    BLOB NOT NULL DEFAULT X'00000000000000000000000000000000' CHECK (length(owner_id) = 16),
    cause       TEXT NOT NULL DEFAULT 'change' CHECK (cause IN ('create', 'change', 'delete', 'restore', 'reassign')),
    from_status TEXT NOT NULL DEFAULT '',
    to_status   TEXT NOT NULL DEFAULT '',
    transitions INTEGER NOT NULL DEFAULT 0 CHECK (transitions >= 0), age_seconds INTEGER NOT NULL DEFAULT 0 CHECK (age_seconds >= 0), age_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (age_microseconds >= 0),
    UNIQUE (entity_kind, pipeline, day, owner_id, cause, from_status, to_status),
    CHECK (from_status <> '' OR to_status <> '')
) STRICT;
CREATE INDEX analytics_flows_owner ON analytics_flows (entity_kind, pipeline, owner_id, day);
CREATE TABLE analytics_snapshots (
    pk                          INTEGER PRIMARY KEY,
    bucket_kind                 TEXT NOT NULL CHECK (bucket_kind IN ('daily', 'weekly', 'monthly')),
    bucket_start_date           TEXT NOT NULL CHECK (bucket_start_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    bucket_end_date             TEXT NOT NULL CHECK (bucket_end_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- last day, inclusive
    pipeline                    TEXT NOT NULL DEFAULT 'sales',
    scope                       TEXT NOT NULL CHECK (scope IN ('system', 'owner')),
    owner_id                    BLOB NOT NULL DEFAULT X'00000000000000000000000000000000' CHECK (length(owner_id) = 16),
    -- at the end of the bucket, except new_customers
    total_customers             INTEGER NOT NULL DEFAULT 0 CHECK (total_customers >= 0),
    new_customers               INTEGER NOT NULL DEFAULT 0 CHECK (new_customers >= 0),       -- created in the bucket
    active_customers            INTEGER NOT NULL DEFAULT 0 CHECK (active_customers >= 0),    -- any status change in its last 30 days
    converted_customers         INTEGER NOT NULL DEFAULT 0 CHECK (converted_customers >= 0), -- in a converted status
    lost_customers              INTEGER NOT NULL DEFAULT 0 CHECK (lost_customers >= 0),
    -- status distribution at the end of the bucket; status_counts holds every status of any pipeline
    customers_called            INTEGER NOT NULL DEFAULT 0 CHECK (customers_called >= 0),
    customers_replied           INTEGER NOT NULL DEFAULT 0 CHECK (customers_replied >= 0),
    orders_placed               INTEGER NOT NULL DEFAULT 0 CHECK (orders_placed >= 0),
    orders_cancelled            INTEGER NOT NULL DEFAULT 0 CHECK (orders_cancelled >= 0),
    products_delivered          INTEGER NOT NULL DEFAULT 0 CHECK (products_delivered >= 0),
    business_done               INTEGER NOT NULL DEFAULT 0 CHECK (business_done >= 0),
    status_counts               TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(status_counts)),
    -- conversions within the bucket: first history row to the converted status
    cycle_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (cycle_time_sum_microseconds >= 0),
    cycle_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (cycle_time_count >= 0),
    computed_at                 INTEGER NOT NULL,
    UNIQUE (bucket_kind, bucket_start_date, pipeline, scope, owner_id),
    CHECK (bucket_end_date >= bucket_start_date),
    CHECK (scope = 'owner' OR owner_id = X'00000000000000000000000000000000'),
    CHECK (converted_customers <= total_customers AND lost_customers <= total_customers)
) STRICT;
CREATE TABLE submission_analytics_daily (
    pk                               INTEGER PRIMARY KEY,
    day                              TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    directory_id                     BLOB NOT NULL REFERENCES directories (id) ON DELETE RESTRICT,
    customer_id                      BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    currency                         TEXT NOT NULL DEFAULT 'USD' CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    submission_count                 INTEGER NOT NULL DEFAULT 0 CHECK (submission_count >= 0),
    delivered_count                  INTEGER NOT NULL DEFAULT 0 CHECK (delivered_count >= 0), -- submitted, under review or approved
    approved_count                   INTEGER NOT NULL DEFAULT 0 CHECK (approved_count >= 0),
    rejected_count                   INTEGER NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),
    pending_count                    INTEGER NOT NULL DEFAULT 0 CHECK (pending_count >= 0),   -- pending or submitting
    failed_count                     INTEGER NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
    compliant_count                  INTEGER NOT NULL DEFAULT 0 CHECK (compliant_count >= 0),
    manual_intervention_count        INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_count >= 0),
    automated_count                  INTEGER NOT NULL DEFAULT 0 CHECK (automated_count >= 0), -- any method but manual
    automated_delivered_count        INTEGER NOT NULL DEFAULT 0 CHECK (automated_delivered_count >= 0),
    retried_count                    INTEGER NOT NULL DEFAULT 0 CHECK (retried_count >= 0),
    approval_time_sum_microseconds   INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count              INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    processing_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (processing_time_sum_microseconds >= 0),
    processing_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (processing_time_count >= 0),
    quality_sum                      INTEGER NOT NULL DEFAULT 0 CHECK (quality_sum >= 0),
    quality_count                    INTEGER NOT NULL DEFAULT 0 CHECK (quality_count >= 0),
    credits_consumed_sum             INTEGER NOT NULL DEFAULT 0 CHECK (credits_consumed_sum >= 0),
    traffic_estimate_sum             INTEGER NOT NULL DEFAULT 0 CHECK (traffic_estimate_sum >= 0),
    leads_estimate_sum               INTEGER NOT NULL DEFAULT 0 CHECK (leads_estimate_sum >= 0),
    cost_minor_sum                   INTEGER NOT NULL DEFAULT 0 CHECK (cost_minor_sum >= 0),
    computed_at                      INTEGER NOT NULL,
    UNIQUE (day, directory_id, customer_id, currency),
    CHECK (approved_count <= delivered_count),
    CHECK (delivered_count + rejected_count + pending_count + failed_count <= submission_count),
    CHECK (automated_delivered_count <= automated_count)
) STRICT;
CREATE INDEX submission_analytics_daily_directory ON submission_analytics_daily (directory_id, day);
CREATE INDEX submission_analytics_daily_customer ON submission_analytics_daily (customer_id, day);
CREATE TABLE dashboard_summary (
    pk                             INTEGER PRIMARY KEY CHECK (pk = 1),
    total_customers                INTEGER NOT NULL DEFAULT 0 CHECK (total_customers >= 0),
    active_customers               INTEGER NOT NULL DEFAULT 0 CHECK (active_customers >= 0),
    trial_customers                INTEGER NOT NULL DEFAULT 0 CHECK (trial_customers >= 0),
    enterprise_customers           INTEGER NOT NULL DEFAULT 0 CHECK (enterprise_customers >= 0),
    total_submissions              INTEGER NOT NULL DEFAULT 0 CHECK (total_submissions >= 0),
    delivered_submissions          INTEGER NOT NULL DEFAULT 0 CHECK (delivered_submissions >= 0),
    approved_submissions           INTEGER NOT NULL DEFAULT 0 CHECK (approved_submissions >= 0),
    rejected_submissions           INTEGER NOT NULL DEFAULT 0 CHECK (rejected_submissions >= 0),
    submissions_last_24_hours      INTEGER NOT NULL DEFAULT 0 CHECK (submissions_last_24_hours >= 0),
    submissions_last_7_days        INTEGER NOT NULL DEFAULT 0 CHECK (submissions_last_7_days >= 0),
    total_queue_items              INTEGER NOT NULL DEFAULT 0 CHECK (total_queue_items >= 0),
    pending_queue_items            INTEGER NOT NULL DEFAULT 0 CHECK (pending_queue_items >= 0), -- pending and retrying
    running_queue_items            INTEGER NOT NULL DEFAULT 0 CHECK (running_queue_items >= 0),
    total_actions                  INTEGER NOT NULL DEFAULT 0 CHECK (total_actions >= 0),
    open_actions                   INTEGER NOT NULL DEFAULT 0 CHECK (open_actions >= 0),
    unassigned_actions             INTEGER NOT NULL DEFAULT 0 CHECK (unassigned_actions >= 0),
    overdue_actions                INTEGER NOT NULL DEFAULT 0 CHECK (overdue_actions >= 0),
    approval_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    credits_consumed_sum           INTEGER NOT NULL DEFAULT 0 CHECK (credits_consumed_sum >= 0),
    cost_minor_sums                TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(cost_minor_sums)), -- by currency
    refreshed_at                   INTEGER NOT NULL
) STRICT;
CREATE TABLE system_metrics (
    pk          INTEGER PRIMARY KEY,
    metric_type TEXT NOT NULL CHECK (metric_type <> ''),
    metric_name TEXT NOT NULL CHECK (metric_name <> ''),
    value       REAL NOT NULL,
    dimensions  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(dimensions)),
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX system_metrics_name ON system_metrics (metric_name, at);
CREATE INDEX system_metrics_type ON system_metrics (metric_type, at);
CREATE INDEX system_metrics_time ON system_metrics (at);
CREATE VIEW customer_overview AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.phone, c.company_name, c.pipeline, c.status,
    d.label AS status_label, c.owner_id, o.name AS owner_name,
    s.tier, s.status AS subscription_status, s.credit_limit,
    s.credits_granted, s.credits_reserved, s.credits_spent,
    s.credits_granted - s.credits_reserved - s.credits_spent AS credits_remaining,
    round(100.0 * s.credits_spent / nullif(s.credits_granted, 0), 2) AS credits_spent_percent,
    s.period_start_at, s.period_end_at, s.trial_ends_at,
    c.is_active, c.is_verified, c.onboarding_completed, c.first_submission_completed,
    c.created_at, c.updated_at
FROM customers c
JOIN status_definitions d ON d.pipeline = c.pipeline AND d.status = c.status
LEFT JOIN staff o ON o.id = c.owner_id
LEFT JOIN subscriptions s ON s.customer_id = c.id
WHERE c.deleted_at IS NULL;
CREATE VIEW customer_submission_summary AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.company_name,
    p.tier, p.credit_limit,
    p.credits_granted - p.credits_reserved - p.credits_spent AS credits_remaining,
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
    -- a sum of money only where there is one currency
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
    q.id AS queue_item_id, q.queue, q.kind, q.status, q.priority, q.due_at, q.deadline_at, q.progress, q.current_step,
    q.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    q.directory_id, d.name AS directory_name, d.category_id, q.batch_id, b.name AS batch_name,
    q.attempts, q.max_attempts, q.rescues, q.snoozes, q.worker, q.lease_expires_at,
    q.automation_method, q.requires_verification, q.verification_status,
    q.estimated_completion_at, q.queue_wait_microseconds, q.processing_microseconds,
    q.error_code, q.error_message, q.credits, q.credit_state,
    q.created_at, q.first_started_at, q.finished_at, q.updated_at
FROM queue_items q
LEFT JOIN customers c ON c.id = q.customer_id
LEFT JOIN subscriptions p ON p.customer_id = q.customer_id
LEFT JOIN directories d ON d.id = q.directory_id
LEFT JOIN batches b ON b.id = q.batch_id;
CREATE VIEW batch_overview AS
SELECT
    b.id AS batch_id, b.name, b.status, b.priority, b.customer_id, c.full_name AS customer_name, c.company_name,
    b.total_items, b.pending_items, b.running_items, b.waiting_items, b.completed_items, b.failed_items, b.cancelled_items,
    b.completed_items + b.failed_items + b.cancelled_items AS finished_items,
    round(100.0 * (b.completed_items + b.failed_items + b.cancelled_items) / nullif(b.total_items, 0), 2) AS progress_percent,
    round(100.0 * b.completed_items
        / nullif(b.completed_items + b.failed_items + b.cancelled_items, 0), 2) AS success_percent,
    b.processing_microseconds_sum, b.processing_count,
    b.scheduled_at, b.started_at, b.finished_at, b.estimated_completion_at, b.error_message, b.created_at, b.updated_at
FROM batches b
LEFT JOIN customers c ON c.id = b.customer_id;
CREATE VIEW action_center AS
SELECT
    a.id AS action_id, a.kind, a.title, a.description, a.priority, a.status,
    a.finished_at IS NULL AS is_open,
    a.deadline_at, a.scheduled_at, a.estimated_duration_minutes,
    120 - 20 * a.priority AS priority_score_base,
    a.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    a.directory_id, d.name AS directory_name, a.queue_item_id, a.submission_id, a.batch_id,
    a.assistant_id, v.handle AS assistant_handle, v.name AS assistant_name,
    a.assigned_at, a.started_at, a.finished_at, a.customer_response_required, a.customer_response_deadline_at,
    a.requires_verification, a.verified_by_supervisor, a.created_at, a.updated_at
FROM pending_actions a
JOIN customers c ON c.id = a.customer_id
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
CREATE TABLE queue_lanes (
    pk       INTEGER PRIMARY KEY,
    queue    TEXT NOT NULL CHECK (queue <> ''),
    priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 5),
    lane     BLOB NOT NULL CHECK (length(lane) IN (0, 16)),
    rank_at  INTEGER NOT NULL,
    UNIQUE (queue, priority, lane)
) STRICT;
CREATE INDEX queue_schedules_checked ON queue_schedules (checked_at) WHERE is_enabled = 1;
CREATE TABLE queue_schedule_runs (
    pk            INTEGER PRIMARY KEY,
    schedule_id   BLOB NOT NULL REFERENCES queue_schedules (id) ON DELETE CASCADE,
    due_at        INTEGER NOT NULL,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    enqueued_at   INTEGER NOT NULL,
    UNIQUE (schedule_id, due_at)
) STRICT;
CREATE INDEX queue_schedule_runs_item ON queue_schedule_runs (queue_item_id)
    WHERE queue_item_id IS NOT NULL;
CREATE TABLE queue_dependencies (
    pk               INTEGER PRIMARY KEY,
    item_id          BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    parent_id        BLOB NOT NULL REFERENCES queue_items (id) ON DELETE CASCADE,
    on_failure       TEXT NOT NULL DEFAULT 'fail' CHECK (on_failure IN ('fail', 'cancel', 'proceed', 'block')),
    is_open          INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),
    parent_failed_at INTEGER, -- the item stays blocked until the parent is tried again, or it is let go by hand
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
    max_attempts  INTEGER NOT NULL DEFAULT 4 CHECK (max_attempts >= 1),
    fired_at      INTEGER,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    UNIQUE (batch_id, event)
) STRICT;
CREATE INDEX batch_callbacks_item ON batch_callbacks (queue_item_id) WHERE queue_item_id IS NOT NULL;
CREATE TABLE queue_counts (
    queue              TEXT NOT NULL,
    kind               TEXT NOT NULL,
    priority           INTEGER NOT NULL,
    pending            INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
    retrying           INTEGER NOT NULL DEFAULT 0 CHECK (retrying >= 0),
    paused             INTEGER NOT NULL DEFAULT 0 CHECK (paused >= 0),
    waiting_for_action INTEGER NOT NULL DEFAULT 0 CHECK (waiting_for_action >= 0),
    completed          INTEGER NOT NULL DEFAULT 0 CHECK (completed >= 0),
    failed             INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
    cancelled          INTEGER NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
    PRIMARY KEY (queue, kind, priority)
) STRICT, WITHOUT ROWID;
CREATE TABLE analytics_activity (
    pipeline TEXT NOT NULL,
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    delta    INTEGER NOT NULL,
    PRIMARY KEY (pipeline, day, owner_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE analytics_dirty (
    pipeline TEXT NOT NULL,
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    PRIMARY KEY (pipeline, owner_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX analytics_snapshots_scope
    ON analytics_snapshots (pipeline, scope, owner_id, bucket_kind, bucket_start_date);
CREATE INDEX pending_actions_load ON pending_actions (assistant_id, status, weight)
    WHERE status IN ('assigned', 'in_progress');
CREATE INDEX pending_actions_unescalated ON pending_actions (deadline_at)
    WHERE finished_at IS NULL AND escalated_at IS NULL;
CREATE TABLE action_offers (
    pk           INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    action_id    BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    assistant_id BLOB NOT NULL REFERENCES assistants (id) ON DELETE RESTRICT,
    round        INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1), -- in one round nobody is asked twice
    status       TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')),
    weight       INTEGER NOT NULL CHECK (weight BETWEEN 1 AND 1000000),
    offered_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    is_automatic INTEGER NOT NULL DEFAULT 1 CHECK (is_automatic IN (0, 1)),
    reason       TEXT,                                            -- why it ended, in the words of whoever ended it
    candidates   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(candidates)), -- scores, and why others were left out
    CHECK (expires_at > offered_at),
    CHECK ((status = 'open') = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX action_offers_open ON action_offers (action_id) WHERE status = 'open';
CREATE INDEX action_offers_action ON action_offers (action_id);
CREATE INDEX action_offers_assistant ON action_offers (assistant_id, status);
CREATE INDEX action_offers_load ON action_offers (assistant_id, status, weight) WHERE status = 'open';
CREATE INDEX action_offers_expiring ON action_offers (expires_at) WHERE status = 'open';
CREATE TABLE action_skills (
    pk                         INTEGER PRIMARY KEY,
    action_id                  BLOB NOT NULL REFERENCES pending_actions (id) ON DELETE CASCADE,
    skill                      TEXT NOT NULL CHECK (skill <> ''),
    relaxes_after_microseconds INTEGER CHECK (relaxes_after_microseconds > 0), -- null: never
    unmet_since                INTEGER, -- since when nobody who is there has all of them
    look_at                    INTEGER, -- when the sweep looks at it
    relaxed_at                 INTEGER, -- no longer asked for
    UNIQUE (action_id, skill),
    CHECK (relaxes_after_microseconds IS NOT NULL OR (unmet_since IS NULL AND relaxed_at IS NULL)),
    CHECK ((look_at IS NOT NULL) = (unmet_since IS NOT NULL AND relaxed_at IS NULL))
) STRICT;
CREATE INDEX action_skills_look ON action_skills (look_at) WHERE look_at IS NOT NULL;
CREATE TABLE action_kind_skills (
    kind                       TEXT NOT NULL CHECK (kind <> ''),
    skill                      TEXT NOT NULL CHECK (skill <> ''),
    relaxes_after_microseconds INTEGER CHECK (relaxes_after_microseconds > 0),
    PRIMARY KEY (kind, skill)
) STRICT, WITHOUT ROWID;
CREATE TABLE queue_item_tags (
    tag     TEXT NOT NULL CHECK (tag <> ''),
    item_pk INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    PRIMARY KEY (tag, item_pk)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_item_tags_item ON queue_item_tags (item_pk);
CREATE TABLE "queue_items" (
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
CREATE TABLE "queue_attempts" (
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
CREATE TABLE "queue_measures" (
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
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (1, 'sales', 'customer_called', 'Customer called', 1, 1, 0, 0, 0);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (2, 'sales', 'replied_to_customer', 'Replied to customer', 2, 0, 0, 0, 0);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (3, 'sales', 'order_placed', 'Order placed', 3, 0, 0, 0, 0);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (4, 'sales', 'order_cancelled', 'Order cancelled', 4, 0, 0, 0, 0);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (5, 'sales', 'product_delivered', 'Product delivered', 5, 0, 0, 0, 0);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (6, 'sales', 'business_done', 'Business done', 6, 0, 1, 0, 1);
INSERT INTO "status_definitions" ("pk", "pipeline", "status", "label", "position", "is_initial", "is_converted", "is_lost", "is_terminal") VALUES (7, 'sales', 'lost', 'Lost', 7, 0, 0, 1, 0);
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (1, 'sales', 'customer_called', 'replied_to_customer');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (10, 'sales', 'lost', 'customer_called');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (2, 'sales', 'customer_called', 'lost');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (3, 'sales', 'replied_to_customer', 'order_placed');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (4, 'sales', 'replied_to_customer', 'lost');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (5, 'sales', 'order_placed', 'product_delivered');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (6, 'sales', 'order_placed', 'order_cancelled');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (7, 'sales', 'order_cancelled', 'order_placed');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (8, 'sales', 'order_cancelled', 'lost');
INSERT INTO "status_transitions" ("pk", "pipeline", "from_status", "to_status") VALUES (9, 'sales', 'product_delivered', 'business_done');
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (1, X'018CC251F40070008000000000000001', 'local_business', 'Local Business', NULL, NULL, 1, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (10, X'018CC251F4007000800000000000000A', 'saas', 'SaaS', NULL, NULL, 10, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (11, X'018CC251F4007000800000000000000B', 'tech_startups', 'Tech Startups', NULL, NULL, 11, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (12, X'018CC251F4007000800000000000000C', 'finance', 'Finance', NULL, NULL, 12, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (13, X'018CC251F4007000800000000000000D', 'review_platforms', 'Review Platforms', NULL, NULL, 13, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (2, X'018CC251F40070008000000000000002', 'social_media', 'Social Media', NULL, NULL, 2, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (3, X'018CC251F40070008000000000000003', 'professional_services', 'Professional Services', NULL, NULL, 3, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (4, X'018CC251F40070008000000000000004', 'business_general', 'General Business', NULL, NULL, 4, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (5, X'018CC251F40070008000000000000005', 'home_services', 'Home Services', NULL, NULL, 5, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (6, X'018CC251F40070008000000000000006', 'legal', 'Legal', NULL, NULL, 6, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (7, X'018CC251F40070008000000000000007', 'healthcare', 'Healthcare', NULL, NULL, 7, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (8, X'018CC251F40070008000000000000008', 'real_estate', 'Real Estate', NULL, NULL, 8, 1, '{}', 1704067200000000, 1704067200000000);
INSERT INTO "directory_categories" ("pk", "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata", "created_at", "updated_at") VALUES (9, X'018CC251F40070008000000000000009', 'restaurants', 'Restaurants', NULL, NULL, 9, 1, '{}', 1704067200000000, 1704067200000000);

"""#)
}
