/// The library's tables as PostgreSQL has them: the same columns, checks and indexes.
enum PostgresSchema {
  static let tables = """
    DROP TABLE IF EXISTS status_history, analytics_flows, customers, queue_items;
    CREATE TABLE customers (
      pk bigserial PRIMARY KEY, id uuid NOT NULL UNIQUE, external_id text,
      pipeline text NOT NULL DEFAULT 'sales', status text NOT NULL DEFAULT 'customer_called',
      owner_id uuid, full_name text NOT NULL, email text,
      email_key text CHECK (email_key <> '' AND email_key = lower(email_key)), phone text,
      phone_key text CHECK (phone_key ~ '^[0-9]+$'), mobile text,
      preferred_contact_method text CHECK (preferred_contact_method IN ('email', 'phone', 'sms')),
      address text NOT NULL DEFAULT '{}' CHECK (address::json IS NOT NULL), location text,
      time_zone text NOT NULL DEFAULT 'UTC', age bigint CHECK (age BETWEEN 1 AND 149),
      gender text, education text, company_name text, business_type text,
      business_requirements text,
      business_data text NOT NULL DEFAULT '{}' CHECK (business_data::json IS NOT NULL),
      tags text NOT NULL DEFAULT '[]' CHECK (tags::json IS NOT NULL),
      execution_mode text NOT NULL DEFAULT 'automatic'
        CHECK (execution_mode IN ('automatic', 'plan', 'approve')),
      is_active bigint NOT NULL DEFAULT 1, is_verified bigint NOT NULL DEFAULT 0,
      notification_preferences text NOT NULL DEFAULT '{"email_notifications":true}',
      onboarding_completed bigint NOT NULL DEFAULT 0, onboarding_step bigint NOT NULL DEFAULT 0,
      first_submission_completed bigint NOT NULL DEFAULT 0, metadata text NOT NULL DEFAULT '{}',
      created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint,
      anonymised_at bigint);
    CREATE UNIQUE INDEX ON customers (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;
    CREATE UNIQUE INDEX ON customers (phone_key) WHERE phone_key IS NOT NULL AND deleted_at IS NULL;
    CREATE UNIQUE INDEX ON customers (external_id) WHERE external_id IS NOT NULL;
    CREATE INDEX ON customers (pipeline, status, owner_id, deleted_at);
    CREATE INDEX ON customers (pipeline, status, created_at) WHERE deleted_at IS NULL;
    CREATE INDEX ON customers (created_at) WHERE deleted_at IS NULL;
    CREATE INDEX ON customers (updated_at) WHERE deleted_at IS NULL;
    CREATE INDEX ON customers (company_name) WHERE company_name IS NOT NULL AND deleted_at IS NULL;
    CREATE TABLE status_history (
      pk bigserial PRIMARY KEY, entity_kind text NOT NULL, entity_id uuid NOT NULL,
      pipeline text NOT NULL DEFAULT '', from_status text, to_status text NOT NULL, reason text,
      actor_kind text NOT NULL DEFAULT 'system', actor_id text, owner_id uuid, at bigint NOT NULL,
      recorded_at bigint NOT NULL, details text NOT NULL DEFAULT '{}');
    CREATE INDEX ON status_history (entity_kind, entity_id, at);
    CREATE INDEX ON status_history (entity_kind, to_status, at);
    CREATE INDEX ON status_history (entity_kind, at);
    CREATE TABLE analytics_flows (
      pk bigserial PRIMARY KEY, entity_kind text NOT NULL, pipeline text NOT NULL,
      day text NOT NULL, owner_id uuid NOT NULL, cause text NOT NULL, from_status text NOT NULL,
      to_status text NOT NULL, transitions bigint NOT NULL,
      UNIQUE (entity_kind, pipeline, day, owner_id, cause, from_status, to_status));
    CREATE TABLE queue_items (
      pk bigserial PRIMARY KEY, id uuid NOT NULL UNIQUE,
      queue text NOT NULL DEFAULT 'default' CHECK (queue <> ''),
      kind text NOT NULL CHECK (kind <> ''),
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'retrying',
        'parked', 'paused', 'completed', 'failed', 'cancelled')),
      paused_from text, priority bigint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5),
      due_at bigint NOT NULL, deadline_at bigint, policy_pk bigint,
      claims bigint NOT NULL DEFAULT 0, attempts bigint NOT NULL DEFAULT 0,
      rescues bigint NOT NULL DEFAULT 0, lease_token uuid, lease_expires_at bigint, worker text,
      claimed_at bigint, cancel_requested_at bigint, error_code text, error_message text,
      account uuid, subject_kind text, subject_id uuid, batch_id uuid,
      cost bigint NOT NULL DEFAULT 0, unique_key text, limit_key text, held_by text,
      rank_at bigint, waits_for bigint NOT NULL DEFAULT 0, dependants bigint NOT NULL DEFAULT 0,
      is_counted bigint NOT NULL DEFAULT 0, wait_microseconds bigint, finished_at bigint,
      created_at bigint NOT NULL, updated_at bigint NOT NULL,
      tags text CHECK (tags IS NULL OR tags::json IS NOT NULL),
      metadata text CHECK (metadata IS NULL OR metadata::json IS NOT NULL),
      payload text NOT NULL DEFAULT '{}' CHECK (payload = '{}' OR payload::json IS NOT NULL),
      result text CHECK (result IS NULL OR result::json IS NOT NULL),
      CHECK ((status = 'running') = (lease_token IS NOT NULL)),
      CHECK ((status = 'running') = (lease_expires_at IS NOT NULL)),
      CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
      CHECK ((status = 'paused') = (paused_from IS NOT NULL)));
    CREATE INDEX queue_items_claim ON queue_items (queue, kind, priority, due_at)
      WHERE status IN ('pending', 'retrying') AND held_by IS NULL;
    CREATE INDEX ON queue_items (lease_expires_at, queue, kind) WHERE status = 'running';
    CREATE INDEX ON queue_items (finished_at, status, queue, batch_id)
      WHERE finished_at IS NOT NULL;
    CREATE INDEX ON queue_items (queue, finished_at) WHERE status = 'failed';
    CREATE INDEX ON queue_items (queue) WHERE status = 'retrying';
    CREATE INDEX ON queue_items (account, status) WHERE account IS NOT NULL;
    CREATE INDEX ON queue_items (batch_id, status) WHERE batch_id IS NOT NULL;
    CREATE INDEX ON queue_items (limit_key, status) WHERE limit_key IS NOT NULL;
    """

  static func rows(_ count: Int, payload: String, at: Int64) -> String {
    """
    INSERT INTO customers (id, full_name, email, email_key, phone, phone_key,
      preferred_contact_method, address, location, age, gender, company_name, business_type,
      business_requirements, business_data, tags, created_at, updated_at)
    SELECT \(id("i")), 'Customer Number ' || i, 'Customer' || i || '@example.com',
      'customer' || i || '@example.com', '+' || (12000000000 + i), 12000000000 + i, 'email',
      '{"street":"' || i || ' Main Street","city":"Springfield","country":"US"}', 'Springfield',
      20 + i % 60, 'female', 'Company ' || i, 'bakery',
      'A listing in every directory of the region',
      '{"industry":"food","website":"https://company' || i || '.example.com"}', '["new","web"]',
      \(at), \(at) FROM generate_series(1, \(count)) AS i;
    INSERT INTO queue_items (id, kind, priority, due_at, payload, created_at, updated_at)
    SELECT \(id("i")), 'submit', 1 + i % 5, \(at) + i, '\(payload)', \(at), \(at)
    FROM generate_series(1, \(count)) AS i;
    CHECKPOINT;
    """
  }

  /// An id that follows from a number.
  static func id(_ number: String) -> String {
    "lpad(to_hex(\(number)::bigint), 32, '0')::uuid"
  }

  static let enqueue = """
    INSERT INTO queue_items (id, kind, due_at, payload, created_at, updated_at)
    VALUES (gen_random_uuid(), 'submit', $1, $2, $1, $1)
    """
  static let claim = """
    UPDATE queue_items SET status = 'running', lease_token = gen_random_uuid(),
      lease_expires_at = $1::bigint + 30000000, worker = 'worker 1', claimed_at = $1,
      claims = claims + 1, attempts = attempts + 1,
      wait_microseconds = greatest(0, $1::bigint - created_at), updated_at = $1
    WHERE pk = (SELECT pk FROM queue_items WHERE queue = 'default' AND kind = 'submit'
      AND priority = $2 AND status IN ('pending', 'retrying') AND held_by IS NULL AND due_at <= $1
      ORDER BY due_at, pk LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING pk, lease_token, *
    """
  static let complete = """
    UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,
      finished_at = $2, rescues = 0, error_code = NULL, error_message = NULL, updated_at = $2
    WHERE pk = $1 AND status = 'running' AND lease_token = $3
    """
  static let find = "SELECT * FROM customers WHERE id = \(id("$1"))"
  static let setStatus = """
    UPDATE customers SET status = 'replied_to_customer', updated_at = $2
    WHERE id = \(id("$1")) RETURNING *
    """
  static let history = """
    INSERT INTO status_history (entity_kind, entity_id, pipeline, from_status, to_status, at,
      recorded_at)
    VALUES ('customer', \(id("$1")), 'sales', 'customer_called', 'replied_to_customer', $2, $2)
    """
  static let flow = """
    INSERT INTO analytics_flows (entity_kind, pipeline, day, owner_id, cause, from_status,
      to_status, transitions)
    VALUES ('customer', 'sales', '2025-11-20', '00000000-0000-0000-0000-000000000000', 'change',
      'customer_called', 'replied_to_customer', 1)
    ON CONFLICT (entity_kind, pipeline, day, owner_id, cause, from_status, to_status)
    DO UPDATE SET transitions = analytics_flows.transitions + 1
    """
}
