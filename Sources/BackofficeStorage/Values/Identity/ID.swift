/// The ID of an `Entity`: a UUID, by default of version 7, stored as a BLOB of 16 bytes.
///
/// `Entity` only distinguishes IDs of different types at compile time. IDs are ordered by their
/// bytes, which for version 7 is the order of creation.
public struct ID<Entity>: Sendable, Hashable {
  /// The first eight bytes, big-endian.
  public let high: UInt64

  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// Creates an ID from any 16 bytes.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Creates an ID from 16 bytes; nil for any other number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The 16 bytes, in the order in which they are stored.
  public var bytes: [UInt8] {
    (0..<16).map { index in
      UInt8(truncatingIfNeeded: (index < 8 ? high : low) >> UInt64(56 - index % 8 * 8))
    }
  }

  /// The ID of all zeros, which precedes all others.
  @inlinable public static var zero: ID { ID(high: 0, low: 0) }

  /// The time at which a version 7 ID was created, in milliseconds; meaningless for other IDs.
  public var timestamp: Timestamp { Timestamp(microseconds: Int64(high >> 16) * 1000) }
}

extension ID: Comparable {
  /// Whether the bytes of `left` precede those of `right`.
  @inlinable
  public static func < (left: ID, right: ID) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension ID: ColumnConvertible {
  /// Binds the 16 bytes as a blob.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    let words = (high.bigEndian, low.bigEndian)
    try unsafe withUnsafeBytes(of: words) { bytes throws(SQLiteError) in
      try unsafe parameter.bind(blob: bytes.bytes)
    }
  }

  /// Decodes a blob of 16 bytes.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> ID? {
    column.withBlob { bytes in
      guard bytes.byteCount == 16 else { return nil }
      return unsafe ID(
        high: UInt64(bigEndian: bytes.unsafeLoadUnaligned(as: UInt64.self)),
        low: UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}

extension ID: LosslessStringConvertible {
  /// The canonical text in lower case, such as `019a9f0c-55d1-7c3e-8a4b-0123456789ab`.
  public var description: String { UUIDText.format(high: high, low: low) }

  /// Parses the canonical text in either case, with or without dashes.
  public init?(_ text: String) {
    guard let words = UTF8Text.withBytes(of: text, UUIDText.parse) else { return nil }
    self.init(high: words.high, low: words.low)
  }
}

extension ID: Codable {
  /// Decodes the canonical text.
  ///
  /// - Throws: `DecodingError` if the value has another format.
  public init(from decoder: any Decoder) throws { self = try decoder.singleText(as: ID.self) }

  /// Encodes the canonical text.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}

extension ID: CodingKeyRepresentable {
  /// The text as a key, so that a dictionary with ID keys encodes as a JSON object.
  public var codingKey: any CodingKey { TextKey(stringValue: description) }

  /// Parses the text of a key.
  public init?(codingKey: some CodingKey) { self.init(codingKey.stringValue) }
}
