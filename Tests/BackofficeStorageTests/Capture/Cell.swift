import CBackofficeSQLite

@testable import BackofficeStorage

/// A value of a row with its storage class; texts differ when their bytes do.
enum Cell: Hashable, Sendable, ColumnDecodable {
  case null
  case integer(Int64)
  case real(Double)
  case text([UInt8])
  case blob([UInt8])

  static func decode(_ column: borrowing ColumnValue) -> Cell? {
    switch column.storageClass {
    case .null: .null
    case .integer: column.int64.map { .integer($0) }
    case .real: column.double.map { .real($0) }
    case .text: column.string.map { .text(Array($0.utf8)) }
    case .blob: [UInt8].decode(column).map { .blob($0) }
    }
  }

  static func columnSample(_ number: Int) -> Cell? { .integer(Int64(number)) }

  /// Whether the value is neither NULL nor the integer 0.
  var holds: Bool { self != .null && self != .integer(0) }
}

/// A captured row, or nil where the change has none.
struct CapturedRows: Hashable, Sendable {
  let event: Trigger.Event
  let old: [Cell]?
  let new: [Cell]?
}

extension CapturedChange {
  /// The columns of the trigger, before and after the change.
  func cells() throws -> CapturedRows {
    func cells(new: Bool) throws -> [Cell] {
      let row = unsafe Row(
        captured: new ? self.new : old, bytes: bytes, positions: positions, count: columnCount)
      var cells: [Cell] = []
      for index in 0..<columnCount { cells.append(try row.value(at: index)) }
      return cells
    }
    return CapturedRows(
      event: event, old: event == .insert ? nil : try cells(new: false),
      new: event == .delete ? nil : try cells(new: true))
  }
}

extension Connection {
  /// Writes the first bytes of a blob in place.
  func overwriteBlob(
    of table: String, _ column: String, row: Int64, with bytes: [UInt8]
  ) throws {
    var blob: OpaquePointer?
    var code = unsafe sqlite3_blob_open(handle, "main", table, column, row, 1, &blob)
    if code == SQLITE_OK { code = unsafe sqlite3_blob_write(blob, bytes, Int32(bytes.count), 0) }
    unsafe sqlite3_blob_close(blob)
    if code != SQLITE_OK { throw failure(code, operation: .step) }
  }
}
