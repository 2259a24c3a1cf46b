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
