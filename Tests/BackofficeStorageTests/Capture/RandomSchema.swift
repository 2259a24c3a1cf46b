@testable import BackofficeStorage

/// A random schema of one table "t", with a table "u" of the same columns.
struct RandomSchema {
  private(set) var script: [String] = []
  /// The columns that statements may assign, and those that are blobs.
  private(set) var plain: [String] = []
  private(set) var all: [String] = []
  let isWithoutRowID: Bool
  let isStrict: Bool
  private let random: RandomSource
  private var names = [
    "a", "b", "C", "rowid", "oid", "_rowid_", "a\"b", "select", "\u{e9}", "e\u{301}", "x y",
  ]

  private func pick<Element>(_ elements: [Element]) -> Element {
    elements[random.next(below: elements.count)]
  }

  private func chance(_ one: Int) -> Bool { random.next(below: one) == 0 }

  static func quoted(_ name: String) -> String { SQLText.quoted(name) }

  private mutating func takeName() -> String { names.remove(at: random.next(below: names.count)) }

  init(_ random: RandomSource) {
    self.random = random
    isWithoutRowID = random.next(below: 3) == 0
    isStrict = random.next(below: 3) == 0
    // Where columns have all three names of the rowid, no query can name it; rules are refused.
    names.remove(at: 3 + random.next(below: 3))
    let count = 2 + random.next(below: 4)
    var definitions: [String] = []
    var keyed: [String] = []
    let alias = !isWithoutRowID && random.next(below: 2) == 0 ? random.next(below: count) : -1
    for place in 0..<count {
      let name = takeName()
      plain.append(name)
      var definition = Self.quoted(name)
      if place == alias {
        definition += chance(4) ? " INTEGER PRIMARY KEY DESC" : " INTEGER PRIMARY KEY"
      } else {
        definition += " \(type())"
        if chance(3) { definition += " DEFAULT \(constant())" }
        if chance(6) { definition += " UNIQUE" }
        if chance(5) { definition += " COLLATE NOCASE" }
        if chance(4) { definition += " CHECK (\(Self.quoted(name)) IS NOT 'no')" }
        if chance(8), alias >= 0, alias < place {
          let parent = "t (\(Self.quoted(plain[alias])))"
          definition +=
            " REFERENCES \(parent) ON DELETE \(pick(["SET NULL", "CASCADE", "SET DEFAULT"]))"
            + " ON UPDATE CASCADE"
        }
        if alias < 0, isWithoutRowID || chance(3) { keyed.append(name) }
      }
      definitions.append(definition)
    }
    all = plain
    for _ in 0..<random.next(below: 3) { addGenerated(to: &definitions) }
    if alias < 0, isWithoutRowID, keyed.isEmpty { keyed = [plain[0]] }
    while keyed.count > 2 { keyed.remove(at: random.next(below: keyed.count)) }
    if chance(2) { keyed.reverse() }
    if !keyed.isEmpty {
      let key = keyed.map { Self.quoted($0) + (chance(3) ? " COLLATE NOCASE" : "") }
      definitions.append("PRIMARY KEY (\(key.joined(separator: ", ")))")
    }
    var options: [String] = []
    if isStrict { options.append("STRICT") }
    if isWithoutRowID { options.append("WITHOUT ROWID") }
    create(definitions, options.joined(separator: ", "))
  }

  private mutating func addGenerated(to definitions: inout [String]) {
    let name = takeName()
    let source = Self.quoted(pick(plain))
    let expression = pick([
      "quote(\(source))", "typeof(\(source))", "coalesce(\(source), 'none')", "\(source)",
    ])
    let type = isStrict ? "ANY" : pick(["", "TEXT", "REAL", "INTEGER"])
    let place = random.next(below: all.count + 1)
    definitions.insert(
      "\(Self.quoted(name)) \(type) AS (\(expression)) \(pick(["VIRTUAL", "STORED"]))",
      at: place)
    all.insert(name, at: place)
  }

  private mutating func create(_ definitions: [String], _ options: String) {
    let body = definitions.joined(separator: ", ")
    for table in ["t", "u"] { script.append("CREATE TABLE \(table) (\(body)) \(options)") }
    for _ in 0..<random.next(below: 3) {
      let columns = [pick(all), pick(all)].map { Self.quoted($0) }.joined(separator: ", ")
      script.append(
        "CREATE \(chance(4) ? "UNIQUE " : "")INDEX IF NOT EXISTS "
          + "i\(random.next(below: 9)) ON t (\(columns))")
    }
    script += inserts(into: ["t", "u"])
    for _ in 0..<random.next(below: 4) { addColumn() }
    script += inserts(into: ["t", "u"])
    if chance(4) {
      let (column, other) = (Self.quoted(pick(plain)), Self.quoted(pick(plain)))
      script.append(
        """
        CREATE TRIGGER s AFTER UPDATE OF \(column) ON t
          BEGIN UPDATE t SET \(other) = \(value()) WHERE \(other) IS old.\(other); END
        """)
    }
  }

  private mutating func addColumn() {
    let name = Self.quoted(names[0])
    var definition = "\(name) "
    if chance(4) {
      definition += "\(isStrict ? "ANY" : "") AS (quote(\(Self.quoted(pick(plain))))) VIRTUAL"
    } else {
      let (type, preset) = pick([
        ("INTEGER", "42"), ("REAL", "5"), ("TEXT", "'added'"), ("BLOB", "x'0102'"),
        ("TEXT", "NULL"), ("REAL", "-1.5"),
      ])
      definition += "\(type) \(chance(2) && preset != "NULL" ? "NOT NULL " : "")DEFAULT \(preset)"
      plain.append(names[0])
    }
    all.append(names.removeFirst())
    for table in ["t", "u"] { script.append("ALTER TABLE \(table) ADD COLUMN \(definition)") }
  }

  private func inserts(into tables: [String]) -> [String] {
    tables.flatMap { table in (0..<3).map { _ in insert(into: table, "INSERT OR IGNORE") } }
  }

  private func type() -> String {
    isStrict
      ? pick(["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"])
      : pick(["", "INT", "REAL", "TEXT", "BLOB", "NUMERIC", "FLOATING POINT", "DOUBLE", "ANY"])
  }

  private func constant() -> String { pick(["7", "'d'", "2.5", "3.0", "x'aa'", "NULL"]) }

  /// An expression without columns.
  func value() -> String {
    pick([
      "\(random.next(below: 6))", "\(random.next(below: 6))", "\(random.next(below: 4)).0", "1.5",
      "'t\(random.next(below: 4))'", "'T\(random.next(below: 4))'", "x'0\(random.next(below: 9))'",
      "NULL", "'no'", "zeroblob(3)",
      // Some keys of tables without rowid can't be larger; see `largeKeys`.
      isWithoutRowID ? "4503599627370497" : "9007199254740993", "''", "'\u{e9}\u{1F600}'",
    ])
  }

  func insert(into table: String, _ verb: String) -> String {
    var columns = plain.filter { _ in !chance(4) }
    if columns.isEmpty { columns = [plain[0]] }
    let rows = (0..<(1 + random.next(below: 3))).map { _ in
      "(\(columns.map { _ in value() }.joined(separator: ", ")))"
    }
    let list = columns.map { Self.quoted($0) }.joined(separator: ", ")
    return "\(verb) INTO \(table) (\(list)) VALUES \(rows.joined(separator: ", "))"
  }
}

extension RandomSchema {
  /// A random statement that changes rows of "t".
  func statement() -> String {
    let verb = ["", " OR REPLACE", " OR IGNORE", " OR FAIL", " OR ABORT"][random.next(below: 5)]
    let returning = chance(5) ? " RETURNING *" : ""
    switch random.next(below: 14) {
    case 0, 1, 2: return insert(into: "t", "INSERT\(verb)") + returning
    case 3: return "INSERT\(verb) INTO t SELECT * FROM u" + returning
    case 4:
      let list = plain.map { Self.quoted($0) }.joined(separator: ", ")
      let source = plain.map { chance(4) ? value() : Self.quoted($0) }.joined(separator: ", ")
      return "INSERT\(verb) INTO t (\(list)) SELECT \(source) FROM t" + returning
    case 5:
      return insert(into: "t", "INSERT")
        + " ON CONFLICT DO UPDATE SET \(assignments(true))\(returning)"
    case 6: return insert(into: "t", "INSERT") + " ON CONFLICT DO NOTHING"
    case 7: return chance(3) ? "DELETE FROM t" : "DELETE FROM t WHERE \(condition())\(returning)"
    case 8:
      let column = Self.quoted(pick(plain))
      return
        "UPDATE\(verb) t SET \(column) = u.\(column) FROM u WHERE t.\(column) IS NOT u.\(column)"
    case 9:
      let column = Self.quoted(pick(plain))
      return "UPDATE t SET \(column) = \(column)"
    case 10:
      guard !isWithoutRowID else { return "UPDATE\(verb) t SET \(assignments(false))" }
      let name = ["rowid", "oid", "_rowid_"][random.next(below: 3)]
      return "UPDATE\(verb) t SET \(name) = \(name) + \(random.next(below: 4))"
    default:
      return "UPDATE\(verb) t SET \(assignments(false)) WHERE \(condition())\(returning)"
    }
  }

  /// A change of the schema that leaves some columns.
  func change(except kept: [String], _ number: Int) -> String {
    let dropped = all.filter { !kept.contains($0) }
    if dropped.isEmpty || chance(3) {
      return chance(2)
        ? "ALTER TABLE t ADD COLUMN n\(number) INTEGER NOT NULL DEFAULT \(random.next(below: 9))"
        : "ALTER TABLE t ADD COLUMN n\(number) AS (1)"
    }
    return "ALTER TABLE t DROP COLUMN \(Self.quoted(pick(dropped)))"
  }

  private func assignments(_ isUpsert: Bool) -> String {
    (0..<(1 + random.next(below: 2))).map { _ in
      let column = Self.quoted(pick(plain))
      let other = Self.quoted(pick(plain))
      let source = pick([value(), value(), isUpsert ? "excluded.\(other)" : other, "\(column) + 1"])
      return "\(column) = \(source)"
    }.joined(separator: ", ")
  }

  private func condition() -> String {
    let column = Self.quoted(pick(all))
    return pick(["1", "\(column) IS NOT \(value())", "\(column) > \(value())", "\(column) IS NULL"])
  }
}
