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
