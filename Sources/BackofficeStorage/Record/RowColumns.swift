/// Reads the named columns of a ``TableRow``, one call after the other.
///
/// A value of this type exists only while the initialiser of a row runs: as a reader that hands out the
/// values of a row, or as a collector that notes the names.
public protocol RowColumns: ~Copyable {
  /// The value of the column called `name`.
  ///
  /// - Parameter name: the column's name; constant, and different in each call.
  /// - Throws: ``ColumnError``, for the initialiser to pass on.
  mutating func callAsFunction<Value: ColumnDecodable>(
    _ name: String
  ) throws(ColumnError) -> Value
}

/// Reads and writes the named columns of a ``Record``, one call after the other.
///
/// A value of this type exists only while the initialiser of a record runs: as a reader, as a collector of
/// names, or as a writer that binds the property of each column.
public protocol RecordColumns<Root>: ~Copyable {
  /// The record.
  associatedtype Root

  /// The value of the column called `name`, which stores the property at `path`.
  ///
  /// - Parameters:
  ///   - name: the column's name; constant, and different in each call.
  ///   - path: the property that the value belongs to, also one of a nested part.
  /// - Throws: ``ColumnError``, for the initialiser to pass on.
  mutating func callAsFunction<Value: ColumnConvertible>(
    _ name: String, _ path: KeyPath<Root, Value>
  ) throws(ColumnError) -> Value
}

/// Why a column could not be read or bound.
///
/// Passes through initialisers of rows only. What runs a statement or a rule throws the cause: a
/// ``RowDecodingError`` as a rule.
public struct ColumnError: Error, Sendable {
  @usableFromInline let cause: any Error

  @usableFromInline
  init(_ cause: any Error) { self.cause = cause }

  /// The cause of an error that passed through an initialiser, or the error itself.
  @usableFromInline
  static func cause(of error: any Error) -> any Error { (error as? ColumnError)?.cause ?? error }

  /// The cause, with the name of the table.
  @usableFromInline
  func inTable(_ name: String) -> any Error {
    guard var error = cause as? RowDecodingError else { return cause }
    error.table = name
    return error
  }
}
