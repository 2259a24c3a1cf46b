/// A row that a program inserts, updates and deletes as a whole.
///
/// Table, columns and properties are declared once. The initializer runs to decode a row, to bind
/// one, and once to collect the column names:
///
/// ```swift
/// extension Order: Record {
///   static let tableName = "orders"
///   init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
///     try self.init(id: column("id", \.id), placedAt: column("placed_at", \.placedAt))
///   }
/// }
/// ```
public protocol Record: TableRow {
  /// The type of the key column.
  associatedtype Key: Bindable = ID<Self>

  /// The column that identifies a row; `id` by default. It is one of ``TableRow/columns``.
  static var keyColumn: String { get }

  /// Decodes or binds the columns, each with its property.
  ///
  /// The initializer must read the same columns for all values, and assign each value to its
  /// property. It also runs with sample values of the columns' types, and must not trap on them.
  ///
  /// - Throws: the ``ColumnError`` of a column, unchanged.
  init<Columns: RecordColumns<Self> & ~Copyable>(_ column: inout Columns) throws(ColumnError)

  /// Binds the values of ``TableRow/columns`` in order. A default implementation is provided.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses a value.
  func bind(to binder: inout RecordBinder) throws
}

extension Record {
  /// The column `id`.
  public static var keyColumn: String { "id" }

  /// Binds the values of ``TableRow/columns`` in order.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses a value.
  @inlinable
  @inline(__always)
  public func bind(to binder: inout RecordBinder) throws {
    // Inlined into the witness of each type, where the compiler turns key paths into property
    // reads.
    let statement = binder.statement
    binder.index += try unsafe withUnsafePointer(to: self) { record in
      var writer = unsafe RecordWriter(record, statement)
      do throws(ColumnError) {
        _ = try Self(&writer)
      } catch {
        throw error.cause
      }
      return writer.binder.index
    }
  }
}
