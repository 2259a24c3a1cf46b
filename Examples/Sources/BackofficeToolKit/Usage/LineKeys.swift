import Backoffice
import ExampleSupport

/// The keys of lines without a key column: the same for the same content under any file name.
struct LineKeys {
  private var met: [ID<AnyEntity>: Int] = [:]

  /// The key of the next line.
  ///
  /// - Complexity: keeps 24 bytes a line.
  mutating func key(of line: TableLine) -> String {
    let text = line.fields.map(\.trimmed).joined(separator: "\u{1f}")
    let sum = ID<AnyEntity>(naming: text, in: "line")
    met[sum, default: 0] += 1
    return "\(sum):\(met[sum] ?? 1)"
  }
}

/// Events that were taken back: each has an event of the opposite sign.
enum TakenBack {
  static let prefix = "taken back:"

  private static let any = """
    SELECT EXISTS (SELECT 1 FROM audit_log WHERE action = '\(ImportRun.takenBack)')
    """
  private static let known = "SELECT count(*) FROM usage_events WHERE idempotency_key = ?"

  /// Whether any import was taken back.
  static func hasAny(_ transaction: borrowing WriteTransaction) throws -> Bool {
    try transaction.fetchOne(sql: any) { row in try row.value(at: 0) } ?? false
  }

  /// The key for an event whose earlier ones of that key were taken back.
  static func freeKey(
    _ key: String, _ transaction: borrowing WriteTransaction
  ) throws -> String {
    var free = key
    var round = 1
    while try transaction.fetchOne(
      sql: known, prefix + free, decode: { row in try row.value(at: 0, as: Int.self) }) ?? 0 > 0
    {
      round += 1
      free = "\(key):again \(round)"
    }
    return free
  }
}
