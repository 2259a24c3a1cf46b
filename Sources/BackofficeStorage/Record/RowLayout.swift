import Synchronization

/// The column names of a row type, collected once by running its initializer.
@usableFromInline
final class RowLayout: Sendable {
  @usableFromInline let columns: [String]
  /// The columns as a `SELECT` list.
  @usableFromInline let selection: String
  /// The error of the declaration, or nil.
  let fault: RecordError?

  private static let known = PerType<RowLayout>()

  init<R: TableRow>(_ type: R.Type) {
    var collector = ColumnCollector()
    var fault: RecordError?
    do {
      _ = try R(&collector)
    } catch {
      fault = error.cause as? RecordError
    }
    let names = collector.names
    if fault == nil, let index = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
      fault = .repeatedColumn(record: "\(type)", column: names[index])
    }
    columns = names
    selection = names.map { "\"\($0)\"" }.joined(separator: ", ")
    self.fault = fault
  }

  @usableFromInline
  static func of<R: TableRow>(_ type: R.Type) -> RowLayout {
    known.value(of: type) { RowLayout(type) }
  }
}

/// Collects the names of columns, and returns sample values of their types.
///
/// Samples are numbered by column, shifted by `round` bits, so that any two columns of a type get
/// different values in one of the rounds.
struct ColumnCollector: RowColumns, ~Copyable {
  private(set) var names: [String] = []
  let round: Int

  init(round: Int = 0) { self.round = round }

  mutating func callAsFunction<Value: ColumnDecodable>(
    _ name: String
  ) throws(ColumnError) -> Value {
    names.append(name)
    guard let sample = Value.columnSample(names.count >> round) else {
      throw ColumnError(RecordError.noSample(type: "\(Value.self)", column: name))
    }
    return sample
  }
}

extension TableRow {
  /// A row of sample values.
  ///
  /// Any two columns of a type get different values in at least one round, if the type has
  /// different values. With more rounds than columns, each column gets more than one value.
  ///
  /// - Throws: ``RecordError/noSample(type:column:)``.
  package static func sample(round: Int) throws -> Self {
    var collector = ColumnCollector(round: round)
    do {
      return try Self(&collector)
    } catch {
      throw error.cause
    }
  }
}

/// A value for each type, created on first use; Swift has no static stored properties in generic
/// types.
final class PerType<Value: AnyObject & Sendable>: Sendable {
  private let known = Mutex<[ObjectIdentifier: Value]>([:])

  func value(of type: Any.Type, _ make: () -> Value) -> Value {
    let type = ObjectIdentifier(type)
    if let value = known.withLock({ $0[type] }) { return value }
    // Created outside the lock, because it may request the value of another type.
    let made = make()
    return known.withLock { known in
      let value = known[type] ?? made
      known[type] = value
      return value
    }
  }
}
