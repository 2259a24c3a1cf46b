CREATE TABLE batches (
    pk                          INTEGER PRIMARY KEY,
    id                          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    account                     ANY CHECK (account IS NULL OR typeof(account) = 'text' OR typeof(account) = 'blob'),
    name                        TEXT NOT NULL,
    description                 TEXT,
    status                      TEXT NOT NULL DEFAULT 'pending' CHECK (status = 'pending' OR status = 'processing'
        OR status = 'paused' OR status = 'completed' OR status = 'failed' OR status = 'cancelled'),
    priority                    INTEGER NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
    max_concurrent_items        INTEGER NOT NULL DEFAULT 5 CHECK (max_concurrent_items >= 1),
    stop_on_error               INTEGER NOT NULL DEFAULT 0 CHECK (stop_on_error IN (0, 1)),
    retry_failed_items          INTEGER NOT NULL DEFAULT 1 CHECK (retry_failed_items IN (0, 1)),
    stays_open                  INTEGER NOT NULL DEFAULT 0 CHECK (stays_open IN (0, 1)), -- until it is sealed
    sealed_at                   INTEGER,
    scheduled_at                INTEGER,
    started_at                  INTEGER,
    finished_at                 INTEGER,
    estimated_completion_at     INTEGER,
    -- kept from queue_items
    total_items                 INTEGER NOT NULL DEFAULT 0 CHECK (total_items >= 0),
    pending_items               INTEGER NOT NULL DEFAULT 0 CHECK (pending_items >= 0), -- pending and retrying
    running_items               INTEGER NOT NULL DEFAULT 0 CHECK (running_items >= 0),
    waiting_items               INTEGER NOT NULL DEFAULT 0 CHECK (waiting_items >= 0), -- paused and parked
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
    updated_at                  INTEGER NOT NULL,
    CHECK (total_items = pending_items + running_items + waiting_items + completed_items + failed_items + cancelled_items),
    CHECK ((status = 'completed' OR status = 'failed' OR status = 'cancelled') = (finished_at IS NOT NULL)),
    CHECK (status <> 'processing' OR started_at IS NOT NULL)
) STRICT;

CREATE INDEX batches_account ON batches (account, created_at) WHERE account IS NOT NULL;
CREATE INDEX batches_status ON batches (status, priority, scheduled_at);
CREATE INDEX batches_created ON batches (created_at);
CREATE INDEX batches_empty ON batches (updated_at) WHERE total_items = 0 AND stays_open = 0 AND finished_at IS NULL;
CREATE INDEX batches_finished ON batches (finished_at) WHERE finished_at IS NOT NULL;
