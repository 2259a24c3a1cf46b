extension PostgresPeer {
  /// Checks and consumes usage in one function call, with the same rows as the library writes: the
  /// event, the sums of the day, the month and the billing period, and the answer.
  func consuming(_ count: Int) throws -> Side {
    try client.execute(
      """
      DROP TABLE IF EXISTS usage_events, usage_records, usage_answers;
      CREATE TABLE usage_events (
        pk bigserial PRIMARY KEY, idempotency_key text NOT NULL UNIQUE, customer bigint NOT NULL,
        meter text NOT NULL, quantity bigint NOT NULL, at bigint NOT NULL, local_day text NOT NULL);
      CREATE INDEX ON usage_events (customer, meter, at);
      CREATE INDEX ON usage_events (local_day, customer);
      CREATE TABLE usage_records (
        pk bigserial PRIMARY KEY, customer bigint NOT NULL, meter text NOT NULL,
        period_kind text NOT NULL, period_key text NOT NULL, event_count bigint NOT NULL,
        quantity_sum bigint NOT NULL, UNIQUE (customer, period_kind, period_key, meter));
      CREATE TABLE usage_answers (
        pk bigserial PRIMARY KEY, idempotency_key text NOT NULL UNIQUE, customer bigint NOT NULL,
        quantity bigint NOT NULL, used bigint NOT NULL, is_consumed boolean NOT NULL);
      CREATE INDEX ON usage_answers (customer);
      CREATE OR REPLACE FUNCTION consume(k text, c bigint, q bigint, most bigint) RETURNS bigint AS $$
      DECLARE current bigint; answer usage_answers;
      BEGIN
        SELECT * INTO answer FROM usage_answers WHERE idempotency_key = k;
        IF FOUND THEN RETURN answer.used; END IF;
        INSERT INTO usage_records (customer, meter, period_kind, period_key, event_count, quantity_sum)
          VALUES (c, 'calls', 'billing_period', '1', 0, 0) ON CONFLICT DO NOTHING;
        SELECT quantity_sum INTO current FROM usage_records WHERE customer = c
          AND period_kind = 'billing_period' AND period_key = '1' AND meter = 'calls' FOR UPDATE;
        IF current + q <= most THEN
          INSERT INTO usage_events (idempotency_key, customer, meter, quantity, at, local_day)
            VALUES (k, c, 'calls', q, 0, '2026-01-01');
          INSERT INTO usage_records (customer, meter, period_kind, period_key, event_count, quantity_sum)
            VALUES (c, 'calls', 'billing_period', '1', 1, q), (c, 'calls', 'day', '2026-01-01', 1, q),
              (c, 'calls', 'month', '2026-01', 1, q)
            ON CONFLICT (customer, period_kind, period_key, meter) DO UPDATE SET
              event_count = usage_records.event_count + 1,
              quantity_sum = usage_records.quantity_sum + excluded.quantity_sum;
          current := current + q;
        END IF;
        INSERT INTO usage_answers (idempotency_key, customer, quantity, used, is_consumed)
          VALUES (k, c, q, current, true);
        RETURN current;
      END $$ LANGUAGE plpgsql;
      """)
    try client.prepare("consume", "SELECT consume($1, $2::bigint, 1, 1000000)")
    let client = client
    var number = 0
    return side(count) {
      number += 1
      try client.run("consume", "use \(number)", String(number % 1_000))
    }
  }
}
