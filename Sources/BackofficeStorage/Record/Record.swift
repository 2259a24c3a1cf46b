/// A row that a program writes whole: insert, update and delete through it run `before` triggers.
///
/// Table, columns and properties are declared once. The initialiser runs to read a row, to bind one,
/// and once to collect the names:
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
  /// The type of the column that names a row outside.
  associatedtype Key: Bindable = ID<Self>

  /// The column that names a row outside; `id` unless said otherwise. It is one of ``TableRow/columns``.
  static var keyColumn: String { get }

  /// Reads or binds the columns, each by its name with its property.
  ///
  /// Reads the same columns whatever the values are, and passes each value on to its property. Also
  /// runs with samples of the columns' types, and must not trap on them.
  ///
  /// - Throws: ``ColumnError`` of a column, unchanged.
  init<Columns: RecordColumns<Self> & ~Copyable>(_ column: inout Columns) throws(ColumnError)

  /// Binds the values of ``TableRow/columns``, in their order; provided.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses a value.
  func bind(to binder: inout RecordBinder) throws
}

extension Record {
  /// `id`.
  public static var keyColumn: String { "id" }

  /// Binds the values of ``TableRow/columns``, in their order.
  ///
  /// - Throws: ``SQLiteError`` when SQLite refuses a value.
  @inlinable
  @inline(__always)
  public func bind(to binder: inout RecordBinder) throws {
    // Inlined into the witness of each type: only there do key paths become reads of properties.
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
