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
