import CBackofficeSQLite

extension ColumnDecodable {
  /// The first value that decodes from the number, 0 or 1, a string of digits, an empty JSON object
  /// or array, 16 bytes, or a real number.
  public static func columnSample(_ number: Int) -> Self? {
    let word = UInt64(truncatingIfNeeded: number)
    let text = Array("\(number)".utf8)
    let blob = [UInt8](repeating: 0, count: 15) + [UInt8(truncatingIfNeeded: number)]
    return decode(SQLITE_INTEGER, word: word)
      ?? decode(SQLITE_INTEGER, word: word & 1) ?? decode(SQLITE_TEXT, bytes: text)
      ?? decode(SQLITE_TEXT, bytes: Array("{}".utf8))
      ?? decode(SQLITE_TEXT, bytes: Array("[]".utf8))
      ?? decode(SQLITE_BLOB, bytes: blob)
      ?? decode(SQLITE_FLOAT, word: (Double(number) + 0.5).bitPattern)
  }

  private static func decode(_ kind: Int32, word: UInt64 = 0, bytes: [UInt8] = []) -> Self? {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe decode(
        ColumnValue(
          CapturedValue(kind: kind, count: Int32(clamping: bytes.count), word: word),
          in: bytes.baseAddress))
    }
  }
}

extension ColumnDecodable where Self: CaseIterable {
  /// The case with this number, modulo the number of cases.
  public static func columnSample(_ number: Int) -> Self? {
    let cases = Array(allCases)
    return cases.isEmpty ? nil : cases[number % cases.count]
  }
}

extension Optional where Wrapped: ColumnDecodable {
  /// A sample of the wrapped type.
  public static func columnSample(_ number: Int) -> Wrapped?? {
    Wrapped.columnSample(number).map(Optional.some)
  }
}
