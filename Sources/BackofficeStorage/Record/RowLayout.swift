import Synchronization

/// The names of a row's columns, collected once by running its initialiser.
@usableFromInline
final class RowLayout: Sendable {
  @usableFromInline let columns: [String]
  /// The columns as a select list.
  @usableFromInline let selection: String
  /// What is wrong with the declaration, or nil.
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

/// Notes the names of columns, and answers samples of their types.
///
/// The samples of a run are numbered by the columns, shifted by `round` bits: over the rounds any two
/// columns of a type get different values once.
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
  /// A row of samples.
  ///
  /// Of the rounds from 0 on, one gives any two columns of a type different values, where the type has
  /// them; with more rounds than columns, each column gets more than one value.
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

/// A value a type, made at the first question; Swift has no stored static properties of generic code.
final class PerType<Value: AnyObject & Sendable>: Sendable {
  private let known = Mutex<[ObjectIdentifier: Value]>([:])

  func value(of type: Any.Type, _ make: () -> Value) -> Value {
    let type = ObjectIdentifier(type)
    if let value = known.withLock({ $0[type] }) { return value }
    // Outside of the lock, since it may ask for the value of another type.
    let made = make()
    return known.withLock { known in
      let value = known[type] ?? made
      known[type] = value
      return value
    }
  }
}
