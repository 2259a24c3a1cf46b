import Backoffice

extension Fixtures {
  /// No log of the making: with one, a file of ten million rows would be written twice.
  static func fast(_ limit: Limit, rows: Int) throws {
    let cache = rows > 2_000_000 ? 4_000_000 : 400_000
    try limit.execute(
      """
      PRAGMA synchronous = OFF; PRAGMA cache_size = -\(cache); PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY
      """)
  }

  static func counting(_ count: Int) -> String {
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
  }

  /// Customers spread over `days`, each with one history row, or with five on five later days.
  static func addCustomers(
    _ count: Int, days: Int, owners: Int, historyRows: Int, to limit: Limit
  ) throws {
    let end = epoch.microseconds
    let created = "\(end) - (\(days) - (i % \(days))) * \(day)"
    let owner = owners > 0 ? "benchmark_id(i % \(owners), 9)" : "NULL"
    let status = historyRows > 1 ? "order_placed" : "customer_called"
    let hasAnalytics =
      try limit.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'analytics_flows'") > 0
    try limit.execute("BEGIN")
    if owners > 0 {
      try limit.execute(
        """
        \(counting(owners))
        INSERT INTO staff (id, name, phone, phone_key, created_at, updated_at)
        SELECT benchmark_id(i - 1, 9), 'Owner ' || i, '+' || (49000000000 + i), 49000000000 + i,
          \(end), \(end) FROM n
        """)
    }
    try limit.execute(
      """
      \(counting(count))
      INSERT INTO customers (id, status, owner_id, full_name, email, email_key, phone, phone_key,
        preferred_contact_method, address, location, time_zone, age, gender, company_name,
        business_type, business_requirements, business_data, tags, created_at, updated_at)
      SELECT benchmark_id(i, 1), '\(status)', \(owner), 'Customer Number ' || i,
        'Customer' || i || '@example.com', 'customer' || i || '@example.com',
        '+' || (12000000000 + i), 12000000000 + i, 'email',
        '{"street":"' || i || ' Main Street","city":"Springfield","country":"US"}', 'Springfield',
        'UTC', 20 + i % 60, 'female', 'Company ' || i, 'bakery',
        'A listing in every directory of the region',
        '{"industry":"food","website":"https://company' || i || '.example.com"}',
        '["new","web"]', \(created), \(created)
      FROM n;
      INSERT INTO customers_search (rowid, full_name, company, email, phone, business)
      SELECT pk, full_name, coalesce(company_name, ''), coalesce(email_key, ''),
        coalesce(phone_key, ''),
        trim(coalesce(business_type, '') || ' ' || coalesce(business_requirements, ''))
      FROM customers
      """)
    let moves = [
      ("NULL", "customer_called"), ("'customer_called'", "replied_to_customer"),
      ("'replied_to_customer'", "order_placed"), ("'order_placed'", "order_cancelled"),
      ("'order_cancelled'", "order_placed"),
    ].prefix(historyRows)
    // A step a day, and no step after the fixture's moment.
    func moment(_ step: Int) -> String {
      "min(\(created) + \(step) * \(day), \(end) - \(10 - step))"
    }
    for (step, (from, to)) in moves.enumerated() {
      let at = moment(step)
      try limit.execute(
        """
        \(counting(count))
        INSERT INTO status_history (entity_kind, entity_id, pipeline, from_status, to_status,
          owner_id, at, recorded_at)
        SELECT 'customer', benchmark_id(i, 1), 'sales', \(from), '\(to)', \(owner), \(at), \(at)
        FROM n
        """)
      if !hasAnalytics { continue }
      try limit.execute(
        """
        \(counting(count))
        INSERT INTO analytics_flows (entity_kind, pipeline, day, owner_id, cause, from_status,
          to_status, transitions, age_seconds, age_microseconds)
        SELECT 'customer', 'sales', date(\(at) / 1000000, 'unixepoch') AS day,
          coalesce(\(owner), zeroblob(16)) AS owner, '\(step == 0 ? "create" : "change")',
          coalesce(\(from), ''), '\(to)', count(*), sum((\(at) - (\(created))) / 1000000),
          sum((\(at) - (\(created))) % 1000000)
        FROM n GROUP BY day, owner
        ON CONFLICT DO UPDATE SET transitions = transitions + excluded.transitions,
          age_seconds = age_seconds + excluded.age_seconds,
          age_microseconds = age_microseconds + excluded.age_microseconds
        """)
    }
    if hasAnalytics {
      try addActivity(count, owner, from: moment(0), to: moment(moves.count - 1), in: limit)
    }
    try limit.execute("COMMIT")
  }

  /// Customers are active from their first move until thirty days after the last.
  private static func addActivity(
    _ count: Int, _ owner: String, from first: String, to last: String, in limit: Limit
  ) throws {
    try limit.execute(
      """
      \(counting(count))
      INSERT INTO analytics_activity (pipeline, day, owner_id, delta)
      SELECT 'sales', day, owner, sum(delta) FROM (
        SELECT date(\(first) / 1000000, 'unixepoch') AS day,
          coalesce(\(owner), zeroblob(16)) AS owner, 1 AS delta FROM n
        UNION ALL
        SELECT date(\(last) / 1000000, 'unixepoch', '+30 days'),
          coalesce(\(owner), zeroblob(16)), -1 FROM n)
      GROUP BY day, owner
      """)
  }

  /// Items that are due, over all priorities.
  static func addItems(
    _ count: Int, priority: String = "1 + i % 5", dueIn: Int64 = 0, kind: Int = 2, to limit: Limit
  ) throws {
    let created = epoch.microseconds - day
    try limit.execute(
      """
      BEGIN;
      \(counting(count))
      INSERT INTO queue_items (id, kind, priority, due_at, payload, created_at, updated_at)
      SELECT benchmark_id(i, \(kind)), 'submit', \(priority), \(created) + i + \(dueIn),
        '\(payloadText)', \(created) + i, \(created) + i FROM n;
      COMMIT
      """)
  }

  /// A payload of some 200 bytes.
  static let payloadText =
    #"{"directory":"Yellow Pages","listing":{"name":"Company","phone":"+12025550123","#
    + #""website":"https://company.example.com","categories":["bakery","catering"]},"#
    + #""attempt":1,"note":"as agreed on the phone"}"#
}
