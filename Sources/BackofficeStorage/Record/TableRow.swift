/// A Swift type that rows of one table decode to: all columns of it, or those that a rule needs.
///
/// The initialiser reads the columns in the order of ``columns``; both stand side by side.
public protocol TableRow: Sendable {
  /// The table's name.
  static var tableName: String { get }
  /// The columns, in the order in which ``init(_:)`` reads them.
  static var columns: [String] { get }
  /// Decodes a row whose columns are ``columns``.
  ///
  /// - Throws: ``RowDecodingError`` when a column holds something else.
  init(_ row: borrowing Row) throws
}

extension TableRow {
  /// The columns as a select list.
  public static var selection: String {
    columns.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  /// The columns as a select list, each behind the name of a table or alias.
  public static func selection(of alias: String) -> String {
    columns.map { "\"\(alias)\".\"\($0)\"" }.joined(separator: ", ")
  }
}
