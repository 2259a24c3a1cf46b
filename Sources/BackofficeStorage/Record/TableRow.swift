/// A Swift type that rows of one table decode to: those columns of it that a reader needs.
///
/// The initialiser is the declaration of the columns. It runs to read a row, and once to collect the
/// names that ``columns`` and ``selection`` answer:
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
/// A type that a program also writes is a ``Record``.
public protocol TableRow: Sendable {
  /// The table's name.
  static var tableName: String { get }

  /// Reads the columns, each by its name; the order of the calls is the order of ``columns``.
  ///
  /// Reads the same columns whatever the values are. Also runs with samples of the columns' types, and
  /// must not trap on them.
  ///
  /// - Throws: ``ColumnError`` of a column, unchanged.
  init<Columns: RowColumns & ~Copyable>(_ column: inout Columns) throws(ColumnError)

  /// Decodes a row whose first columns are ``columns``; provided.
  ///
  /// - Throws: ``RowDecodingError`` when a column holds something else.
  init(_ row: borrowing Row) throws
}

extension TableRow {
  /// Decodes a row whose first columns are ``columns``.
  ///
  /// - Throws: ``RowDecodingError`` when a column holds something else.
  @inlinable
  @inline(__always)
  public init(_ row: borrowing Row) throws {
    // Inlined into the witness of each type, where the initialiser is known.
    var reader = row.reader()
    do {
      try self.init(&reader)
    } catch {
      throw error.inTable(Self.tableName)
    }
  }

  /// The columns, in the order in which the initialiser reads them.
  public static var columns: [String] { RowLayout.of(Self.self).columns }

  /// The columns as a select list.
  public static var selection: String { RowLayout.of(Self.self).selection }

  /// The columns as a select list, each behind the name of a table or alias.
  public static func selection(of alias: String) -> String {
    columns.map { "\"\(alias)\".\"\($0)\"" }.joined(separator: ", ")
  }
}
