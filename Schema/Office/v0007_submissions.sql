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
