import BackofficeMigrations

/// A row for every table, written after the migration that creates the table.
enum SchemaRows {
  /// The id of that number, as SQL.
  static func id(_ number: Int) -> String {
    "X'" + String(repeating: "0", count: 28) + String(1000 + number) + "'"
  }

  /// The statements that follow a step of a pack.
  static func statements(_ pack: String, _ version: MigrationVersion) -> String {
    let statements = ["queue": queue, "office": office, "analytics": analytics]
    return statements[pack]?[version] ?? ""
  }

  private static let queue: [MigrationVersion: String] = [
    1: """
    INSERT INTO store_settings VALUES ('currency', 'USD', 0);
    INSERT INTO store_upkeep (name, due_at) VALUES ('purge', 0);
    """,
    2: """
    INSERT INTO batches (id, account, name, created_at, updated_at)
      VALUES (\(id(5)), \(id(2)), 'first', 0, 0);
    """,
    3: """
    INSERT INTO queue_policies
      (pk, max_attempts, max_rescues, retry_delay_seconds, backoff, backoff_factor_percent,
        backoff_cap_seconds, backoff_jitter_percent, run_limit_seconds, lease_expiry,
        keeps_attempts)
      VALUES (1, 4, 3, 60, 'constant', 100, 60, 0, 0, 'retry', 0);
    INSERT INTO queue_kinds (kind, policy_pk, created_at, updated_at) VALUES ('submit', 1, 0, 0);
    INSERT INTO queue_controls (queue, updated_at) VALUES ('default', 0);
    INSERT INTO queue_items
      (pk, id, queue, kind, status, priority, due_at, account, subject_kind, subject_id, batch_id,
        cost, limit_key, policy_pk, payload, created_at, updated_at)
      VALUES (1, \(id(6)), 'default', 'submit', 'pending', 3, 0, \(id(2)), 'directory', \(id(4)),
        \(id(5)), 2, 'k', 1, '{}', 0, 0);
    INSERT INTO queue_items
      (pk, id, queue, kind, status, priority, due_at, payload, created_at, updated_at)
      VALUES (2, \(id(15)), 'default', 'mail', 'pending', 3, 0, '{}', 0, 0);
    INSERT INTO queue_attempts
      (item_pk, number, worker, lease_token, claimed_at, finished_at, outcome, is_charged)
      VALUES (1, 1, 'worker', \(id(7)), 0, 1, 'failed', 1);
    INSERT INTO queue_unique_keys (item_pk, kind, unique_key, states, is_held)
      VALUES (1, 'submit', 'one', 1, 1);
    INSERT INTO queue_progress (item_pk, claim, percent, reported_at) VALUES (1, 1, 50, 0);
    INSERT INTO queue_item_tags (tag, item_pk) VALUES ('vip', 1);
    INSERT INTO queue_waiting VALUES ('default', 2);
    INSERT INTO queue_limits (pk, scope, name, max_running, updated_at)
      VALUES (1, 'key', 'k', 1, 0);
    INSERT INTO queue_limit_windows (limit_pk, started_at, claims) VALUES (1, 0, 1);
    INSERT INTO queue_weights VALUES (\(id(2)), 2, 0);
    INSERT INTO queue_shares VALUES ('default', 3, \(id(2)), 0);
    INSERT INTO queue_measures VALUES ('default', 0, 'submit', 'wait', 'completed', 3, 1, 3);
    """,
    4: """
    INSERT INTO queue_dependencies (item_id, parent_id, created_at)
      VALUES (\(id(15)), \(id(6)), 0);
    INSERT INTO batch_callbacks (batch_id, event, queue, kind)
      VALUES (\(id(5)), 'finish', 'default', 'mail');
    """,
    5: """
    INSERT INTO queue_schedules
      (id, name, kind, account, interval_seconds, last_queue_item_id, created_at, updated_at)
      VALUES (\(id(8)), 'hourly', 'submit', \(id(2)), 3600, \(id(6)), 0, 0);
    INSERT INTO queue_schedule_runs (schedule_id, due_at, queue_item_id, enqueued_at)
      VALUES (\(id(8)), 0, \(id(6)), 0);
    """,
  ]

  private static let office: [MigrationVersion: String] = [
    2: """
    INSERT INTO staff (id, name, phone, phone_key, created_at, updated_at)
      VALUES (\(id(1)), 'Grace', '+15550001111', '15550001111', 0, 0);
    """,
    3: """
    INSERT INTO customers (id, full_name, email, email_key, owner_id, created_at, updated_at)
      VALUES (\(id(2)), 'Ada', 'Ada@example.com', 'ada@example.com', \(id(1)), 0, 0);
    INSERT INTO customers (id, full_name, email, email_key, created_at, updated_at, deleted_at,
      merged_into)
      VALUES (\(id(50)), 'Ada', 'a@example.com', 'a@example.com', 0, 0, 0, \(id(2)));
    INSERT INTO customer_merges (duplicate_id, survivor_id, answer, merged_at)
      VALUES (\(id(50)), \(id(2)), '{}', 0);
    INSERT INTO credentials (customer_id, created_at, updated_at) VALUES (\(id(2)), 0, 0);
    INSERT INTO customers_search (rowid, full_name) VALUES (1, 'Ada');
    """,
    4: """
    INSERT INTO subscriptions (id, customer_id, status, created_at, updated_at)
      VALUES (\(id(3)), \(id(2)), 'active', 0, 0);
    INSERT INTO subscription_events (provider_event_id, subscription_id, kind, received_at)
      VALUES ('event', \(id(3)), 'renewed', 0);
    INSERT INTO subscription_facts (subscription_id, kind, value, source, at)
      VALUES (\(id(3)), 'status', 'active', '', 0);
    INSERT INTO subscription_charges (customer_id, kind, tier, tier_version, days, out_of,
        period_start_at, period_end_at, at)
      VALUES (\(id(2)), 'period', 'basic', 1, 31, 31, 0, 1, 0);
    """,
    5: """
    INSERT INTO directories (id, url_key, name, website, category_id, created_at, updated_at)
      VALUES (\(id(4)), 'example.com', 'Example', 'https://example.com',
        X'018CC251F40070008000000000000001', 0, 0);
    """,
    6: """
    INSERT INTO status_history (entity_kind, entity_id, to_status, at, recorded_at)
      VALUES ('customer', \(id(2)), 'customer_called', 0, 0),
        ('batch', \(id(5)), 'pending', 0, 0);
    INSERT INTO audit_log (id, action, at) VALUES (\(id(14)), 'signed in', 0);
    """,
    7: """
    INSERT INTO submissions
      (id, reference, customer_id, directory_id, queue_item_id, created_at, updated_at)
      VALUES (\(id(9)), 'DB-20260101-00000001', \(id(2)), \(id(4)), \(id(6)), 0, 0);
    INSERT INTO submission_work (queue_item_id, created_at, updated_at) VALUES (\(id(6)), 0, 0);
    """,
    8: """
    INSERT INTO assistants (id, handle, name, email, created_at, updated_at)
      VALUES (\(id(10)), 'a1', 'Edsger', 'e@example.com', 0, 0);
    INSERT INTO assistant_skills (assistant_id, skill) VALUES (\(id(10)), 'phone_call');
    INSERT INTO pending_actions
      (id, kind, title, customer_id, queue_item_id, submission_id, directory_id, batch_id,
        created_at, updated_at)
      VALUES (\(id(11)), 'phone_call', 'Call', \(id(2)), \(id(6)), \(id(9)), \(id(4)), \(id(5)),
        0, 0);
    INSERT INTO action_assignments (action_id, assistant_id, decided_at)
      VALUES (\(id(11)), \(id(10)), 0);
    INSERT INTO action_offers (id, action_id, assistant_id, weight, offered_at, expires_at)
      VALUES (\(id(16)), \(id(11)), \(id(10)), 60, 0, 1);
    INSERT INTO action_skills (action_id, skill, relaxes_after_microseconds)
      VALUES (\(id(11)), 'german', 1);
    INSERT INTO action_kind_skills (kind, skill) VALUES ('phone_call', 'german');
    """,
    9: """
    INSERT INTO plans (id, customer_id, batch_id, title, created_at, updated_at)
      VALUES (\(id(12)), \(id(2)), \(id(5)), 'Plan', 0, 0);
    INSERT INTO plan_items
      (id, plan_id, position, title, queue_item_id, created_at, updated_at)
      VALUES (\(id(13)), \(id(12)), 0, 'Item', \(id(6)), 0, 0);
    """,
    10: """
    INSERT INTO usage_events
      (idempotency_key, customer_id, meter, at, recorded_at, local_day)
      VALUES ('one', \(id(2)), 'submissions', 0, 0, '1970-01-01');
    INSERT INTO usage_records
      (customer_id, meter, period_kind, period_key, period_start_at, period_end_at, created_at,
        updated_at)
      VALUES (\(id(2)), 'submissions', 'month', '1970-01', 0, 1, 0, 0);
    INSERT INTO usage_meters (meter, created_at) VALUES ('submissions', 0);
    INSERT INTO usage_closings (customer_id, period_start_at, period_end_at, closed_at)
      VALUES (\(id(2)), 0, 1, 2);
    INSERT INTO usage_answers
      (idempotency_key, customer_id, meter, quantity, at, local_day, is_consumed, period_kind,
        period_key, period_start_at, period_end_at, used)
      VALUES ('two', \(id(2)), 'submissions', 1, 0, '1970-01-01', 0, 'month', '1970-01', 0, 1, 0);
    INSERT INTO credit_balances (customer_id, granted, reserved, created_at, updated_at)
      VALUES (\(id(2)), 100, 2, 0, 0);
    INSERT INTO billing_periods (customer_id, start_at, end_at) VALUES (\(id(2)), 0, 1);
    INSERT INTO credit_grants (id, customer_id, credits, effective_at, created_at)
      VALUES (\(id(21)), \(id(2)), 2, 0, 0);
    INSERT INTO credit_uses (customer_id, credits, overage, at, recorded_at)
      VALUES (\(id(2)), 2, 0, 0, 0);
    INSERT INTO credit_holds (id, customer_id, credits, created_at)
      VALUES (\(id(17)), \(id(2)), 2, 0);
    INSERT INTO credit_hold_parts (hold_id, grant_id, credits) VALUES (\(id(17)), \(id(21)), 2);
    INSERT INTO credit_answers (idempotency_key, request, hold_id, answered_at)
      VALUES ('one', 'hold', \(id(17)), 0);
    INSERT INTO credit_entries
      (customer_id, kind, credits, granted_after, reserved_after, spent_after, hold_id, at)
      VALUES (\(id(2)), 'grant', 100, 100, 0, 0, NULL, 0),
        (\(id(2)), 'reserve', 2, 100, 2, 0, \(id(17)), 0);
    """,
    11: """
    INSERT INTO queue_item_credits (item_id, hold_id) VALUES (\(id(6)), \(id(17)));
    INSERT INTO completion_meters VALUES ('submit', 'submissions', 0);
    """,
  ]

  private static let analytics: [MigrationVersion: String] = [
    1: """
    INSERT INTO analytics_flows (entity_kind, day, to_status, transitions)
      VALUES ('customer', '1970-01-01', 'customer_called', 1);
    INSERT INTO analytics_activity (pipeline, day, owner_id, delta)
      VALUES ('sales', '1970-01-01', zeroblob(16), 1);
    INSERT INTO analytics_conversions (pipeline, day, first_day, owner_id, conversions,
      age_seconds, age_microseconds)
      VALUES ('sales', '1970-01-01', '1970-01-01', zeroblob(16), 1, 0, 0);
    INSERT INTO analytics_dirty (pipeline, owner_id, day)
      VALUES ('sales', zeroblob(16), '1970-01-01');
    """,
    2: """
    INSERT INTO analytics_snapshots
      (bucket_kind, bucket_start_date, bucket_end_date, scope, computed_at)
      VALUES ('daily', '1970-01-01', '1970-01-01', 'system', 0);
    INSERT INTO submission_analytics_daily (day, directory_id, customer_id, computed_at)
      VALUES ('1970-01-01', \(id(4)), \(id(2)), 0);
    INSERT INTO dashboard_summary (refreshed_at) VALUES (0);
    INSERT INTO system_metrics (metric_type, metric_name, value, at)
      VALUES ('gauge', 'depth', 1.0, 0);
    """,
  ]
}
