-- Offers that a person takes or lets lapse, skills that are asked for until nobody has them for too long, work that is
-- heavier than other work, and deadlines that escalate once.

-- How much an assistant may carry at once: NULL for ten for each of max_concurrent_tasks.
ALTER TABLE assistants ADD COLUMN capacity INTEGER CHECK (capacity BETWEEN 1 AND 1000000000);
-- kept from pending_actions: what those that are assigned or in progress weigh
ALTER TABLE assistants ADD COLUMN active_weight INTEGER NOT NULL DEFAULT 0 CHECK (active_weight >= 0);
-- kept from action_offers: the open ones, what they weigh, and how the others ended
ALTER TABLE assistants ADD COLUMN offered_count INTEGER NOT NULL DEFAULT 0 CHECK (offered_count >= 0);
ALTER TABLE assistants ADD COLUMN offered_weight INTEGER NOT NULL DEFAULT 0 CHECK (offered_weight >= 0);
ALTER TABLE assistants ADD COLUMN accepted_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (accepted_offer_count >= 0);
ALTER TABLE assistants ADD COLUMN declined_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (declined_offer_count >= 0);
ALTER TABLE assistants ADD COLUMN expired_offer_count INTEGER NOT NULL DEFAULT 0 CHECK (expired_offer_count >= 0);

-- An action of the standard weight takes one of max_concurrent_tasks.
ALTER TABLE pending_actions ADD COLUMN weight INTEGER NOT NULL DEFAULT 10 CHECK (weight BETWEEN 1 AND 1000000);
-- Its assistant got it above their capacity, because whoever decided insisted.
ALTER TABLE pending_actions ADD COLUMN over_capacity INTEGER NOT NULL DEFAULT 0 CHECK (over_capacity IN (0, 1));
-- When the deadline it has now was noted as passed; another deadline empties it.
ALTER TABLE pending_actions ADD COLUMN escalated_at INTEGER;
ALTER TABLE pending_actions ADD COLUMN escalation_count INTEGER NOT NULL DEFAULT 0
    CHECK (escalation_count >= 0 AND (escalated_at IS NULL OR escalation_count > 0));

UPDATE assistants SET active_weight = 10 * active_count WHERE active_count > 0;

-- What is carried, without reading the wide rows.
CREATE INDEX pending_actions_load ON pending_actions (assistant_id, status, weight)
    WHERE status IN ('assigned', 'in_progress');
CREATE INDEX pending_actions_unescalated ON pending_actions (deadline_at)
    WHERE finished_at IS NULL AND escalated_at IS NULL;

-- A pending action that one assistant may take until a moment; while it is open its weight is theirs.
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

-- Skills that an action asks for beside its kind, or its kind itself where that may be given up.
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

-- What new actions of a kind ask for.
CREATE TABLE action_kind_skills (
    kind                       TEXT NOT NULL CHECK (kind <> ''),
    skill                      TEXT NOT NULL CHECK (skill <> ''),
    relaxes_after_microseconds INTEGER CHECK (relaxes_after_microseconds > 0),
    PRIMARY KEY (kind, skill)
) STRICT, WITHOUT ROWID;
