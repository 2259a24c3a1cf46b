// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0011Usage = Migration(
    version: 11, name: "usage",
    embedded: #"""
-- Metering and credits: immutable events and ledger entries, and the sums kept from them.
-- Corrections are new rows with the opposite sign.

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

-- One row per customer, meter and period. period_key is the day, the month ('YYYY-MM')
-- or, for a billing period, its period_start_at in decimal.
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

-- The credit ledger. Each kind moves the balance by its credits n:
--   grant, adjust  granted + n          expire  granted - n
--   reserve        reserved + n         release reserved - n
--   spend          reserved - n, spent + n
--   settle         granted - n, spent - n: what was spent leaves the books at a period's end
-- The _after columns are the subscription's balance once the entry counts.
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

"""#,
    down: #"""
DROP TABLE credit_entries;
DROP TABLE usage_records;
DROP TABLE usage_events;

"""#,
    checksum: "31b5b300abe6d43952a890cf246500a253000c969d5d391216e7100f2f2a14f2")
}
