import CBackofficeSQLite

extension ColumnValue {
  /// Hashes the storage class and the bytes of the value.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    switch kind {
    case SQLITE_INTEGER: hasher.combine(integer)
    case SQLITE_FLOAT: hasher.combine(double?.bitPattern)
    case SQLITE_TEXT:
      if let bytes = unsafe textBytes {
        unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
      }
    case SQLITE_BLOB:
      _ = withBlob { bytes in unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) } }
    default: break
    }
  }
}

extension Row {
  /// The name of a column in the statement's result; nil for a captured row.
  package func name(at index: Int) -> String? {
    guard let statement = unsafe statement else { return nil }
    return unsafe sqlite3_column_name(statement, Int32(index)).map { unsafe String(cString: $0) }
  }
}
