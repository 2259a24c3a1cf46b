public import BackofficeQueue

/// Checks that each property of a record is stored in a column of its own and comes back unchanged.
///
/// Writes records of sample values into a database in memory and reads them back. What the compiler
/// cannot see is found: names that are crossed between columns of one type, and a property with a
/// default value that no column stores. Rules, constraints and the program's own table are not
/// involved; a record that does not fit its table is refused with a `RecordError` at its first use.
///
/// ```swift
/// @Test func stockIsDeclaredRight() throws { try checkDeclaration(of: Stock.self) }
/// ```
///
/// - Parameter type: the record.
/// - Throws: ``RecordCheckFailure`` with what is wrong, `RecordError` when the declaration does not
///   fit itself.
public func checkDeclaration<R: Record>(of type: R.Type) throws {
  let columns = R.columns.map { "\"\($0)\"" }.joined(separator: ", ")
  let database = try Database(.memory) { maintenance in
    try maintenance.executeScript("CREATE TABLE \"\(R.tableName)\" (\(columns))")
  }
  var seen: [String: Set<String>] = [:]
  var changed: Set<String> = []
  for round in 0...UInt.bitWidth - R.columns.count.leadingZeroBitCount {
    let sample = try R.sample(round: round)
    let written = PropertyValues(sample)
    let read = try database.write { transaction in
      try transaction.execute(sql: "DELETE FROM \"\(R.tableName)\"")
      try transaction.insert(sample)
      return try R.fetchAll(in: transaction, "")
    }
    let found = read.first.map { PropertyValues($0).values } ?? [:]
    for (path, value) in written.values {
      seen[path, default: []].insert(value)
      if found[path] != value { changed.insert(path) }
    }
    for path in written.fixed { seen[path]?.insert("") }
  }
  let failure = RecordCheckFailure(
    record: "\(type)", changed: changed.sorted(),
    unstored: seen.filter { $0.value.count < 2 }.keys.sorted())
  if !failure.changed.isEmpty || !failure.unstored.isEmpty { throw failure }
}

/// The declaration of a record loses values.
public struct RecordCheckFailure: Error, Sendable, Hashable {
  /// The record.
  public let record: String
  /// The properties that came back with another value: a column's name and its key path do not belong
  /// to one property.
  public let changed: [String]
  /// The properties that no column stores.
  public let unstored: [String]
}

extension RecordCheckFailure: CustomStringConvertible {
  /// One line: the properties and what is wrong with them.
  public var description: String {
    var parts: [String] = []
    if !changed.isEmpty {
      parts.append("stores other values than it was given in \(changed.joined(separator: ", "))")
    }
    if !unstored.isEmpty { parts.append("stores nothing of \(unstored.joined(separator: ", "))") }
    return "\(record) \(parts.joined(separator: " and "))"
  }
}

/// The stored properties of a value, those of its parts included, as texts by their paths.
private struct PropertyValues {
  private(set) var values: [String: String] = [:]
  /// Properties of types that have one value only.
  private(set) var fixed: Set<String> = []

  init(_ value: Any) { add(value, at: "") }

  private mutating func add(_ value: Any, at path: String) {
    let mirror = Mirror(reflecting: value)
    let isColumn = value is any ColumnDecodable
    if !path.isEmpty, isColumn || mirror.children.isEmpty {
      values[path] = String(reflecting: value)
      if let column = value as? any ColumnDecodable, Self.isFixed(column) { fixed.insert(path) }
      return
    }
    for (index, child) in mirror.children.enumerated() {
      let name = child.label ?? "\(index)"
      add(child.value, at: path.isEmpty ? name : "\(path).\(name)")
    }
  }

  private static func isFixed<Value: ColumnDecodable>(_ value: Value) -> Bool {
    String(reflecting: Value.columnSample(0)) == String(reflecting: Value.columnSample(1))
  }
}
