/// Reads the columns of a ``TableRow`` by name.
///
/// A value of this type exists only while the initializer of a row runs. It either decodes the
/// values of a row or collects the column names.
public protocol RowColumns: ~Copyable {
  /// Returns the value of a column.
  ///
  /// - Parameter name: the name of the column; a constant that differs in each call.
  /// - Throws: ``ColumnError``, which the initializer must propagate.
  mutating func callAsFunction<Value: ColumnDecodable>(
    _ name: String
  ) throws(ColumnError) -> Value
}

/// Reads and writes the columns of a ``Record`` by name.
///
/// A value of this type exists only while the initializer of a record runs. It decodes the values
/// of a row, collects the column names, or binds the property of each column.
public protocol RecordColumns<Root>: ~Copyable {
  /// The record.
  associatedtype Root

  /// Returns the value of a column, which stores the property at `path`.
  ///
  /// - Parameters:
  ///   - name: the name of the column; a constant that differs in each call.
  ///   - path: the property, which may be nested.
  /// - Throws: ``ColumnError``, which the initializer must propagate.
  mutating func callAsFunction<Value: ColumnConvertible>(
    _ name: String, _ path: KeyPath<Root, Value>
  ) throws(ColumnError) -> Value
}

/// The failure to decode or bind a column.
///
/// Only initializers of rows throw it. Calls that run a statement or a trigger throw its cause,
/// usually a ``RowDecodingError``.
public struct ColumnError: Error, Sendable {
  @usableFromInline let cause: any Error

  @usableFromInline
  init(_ cause: any Error) { self.cause = cause }

  /// The cause of an error that an initializer threw, or the error itself.
  @usableFromInline
  static func cause(of error: any Error) -> any Error { (error as? ColumnError)?.cause ?? error }

  /// The cause, with the table's name.
  @usableFromInline
  func inTable(_ name: String) -> any Error {
    guard var error = cause as? RowDecodingError else { return cause }
    error.table = name
    return error
  }
}
