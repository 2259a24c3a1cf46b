/// A Swift type that some or all columns of a table's rows decode to.
///
/// The initializer declares the columns. It runs to decode a row, and once to collect the names for
/// ``columns`` and ``selection``:
///
/// ```swift
/// struct OpenOrder: TableRow {
///   static let tableName = "orders"
///   let id: ID<Order>
///   let placedAt: Timestamp?
/// }
///
/// extension OpenOrder {
///   init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
///     try self.init(id: column("id"), placedAt: column("placed_at"))
///   }
/// }
/// ```
///
/// Use ``Record`` for a type that the program also writes.
public protocol TableRow: Sendable {
  /// The name of the table.
  static var tableName: String { get }

  /// Decodes the columns by name; the order of the calls is the order of ``columns``.
  ///
  /// The initializer must read the same columns for all values. It also runs with sample values of
  /// the columns' types, and must not trap on them.
  ///
  /// - Throws: the ``ColumnError`` of a column, unchanged.
  init<Columns: RowColumns & ~Copyable>(_ column: inout Columns) throws(ColumnError)

  /// Decodes a row whose first columns are ``columns``. A default implementation is provided.
  ///
  /// Public types of a library should implement it with ``init(reading:)``, so that their decoding code is
  /// compiled once, in the library. With only the default implementation, a program that uses the library
  /// decodes through generic code, which is four times slower.
  ///
  /// - Throws: ``RowDecodingError`` if a column does not hold a value of its type.
  init(_ row: borrowing Row) throws
}

extension TableRow {
  /// Decodes a row whose first columns are ``columns``.
  ///
  /// - Throws: ``RowDecodingError`` if a column does not hold a value of its type.
  @inlinable
  @inline(__always)
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }

  /// Decodes a row whose first columns are ``columns``, for implementations of ``init(_:)-(Row)``.
  ///
  /// - Throws: ``RowDecodingError`` if a column does not hold a value of its type.
  @inlinable
  @inline(__always)
  public init(reading row: borrowing Row) throws {
    // Inlined into the witness of each type, where the initializer is known.
    var reader = row.reader()
    do {
      try self.init(&reader)
    } catch {
      throw error.inTable(Self.tableName)
    }
  }

  /// The names of the columns, in the order of the initializer.
  public static var columns: [String] { RowLayout.of(Self.self).columns }

  /// The columns as a `SELECT` list.
  public static var selection: String { RowLayout.of(Self.self).selection }

  /// The columns as a `SELECT` list, each qualified with a table name or alias.
  public static func selection(of alias: String) -> String {
    columns.map { "\"\(alias)\".\"\($0)\"" }.joined(separator: ", ")
  }
}
