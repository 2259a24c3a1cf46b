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
