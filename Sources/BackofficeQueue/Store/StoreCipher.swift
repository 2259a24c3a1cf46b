/// Seals secret values of a store before they are written, and opens them when they are read.
///
/// The library has no cryptography of its own: a program brings an implementation, and gives it to
/// ``BackofficeStore/Configuration/cipher``. With one, every payload is sealed when it is enqueued or
/// replaced and opened when it is claimed, and a program seals columns of its own with
/// ``BackofficeStorage/WriteTransaction/seal(_:for:)``.
public protocol StoreCipher: Sendable {
  /// Names the key that new values are sealed with, 1 to 255 bytes of UTF-8; stored with each
  /// value.
  var keyID: String { get }

  /// Seals bytes, and authenticates the entity that they belong to.
  ///
  /// - Throws: an error when the bytes cannot be sealed; the write that needs them fails with it.
  func seal(_ bytes: [UInt8], for entity: EntityReference) throws -> [UInt8]

  /// Opens what ``seal(_:for:)`` made with the key named.
  ///
  /// - Throws: when the key is not known, or the bytes were changed or moved to another entity.
  func open(_ sealed: [UInt8], keyID: String, for entity: EntityReference) throws -> [UInt8]
}

/// Bytes that a ``StoreCipher`` has sealed, with the name of the key; a BLOB in the file.
///
/// The blob begins with the length of the name in a byte, and the name.
public struct SealedBytes: Sendable, Hashable {
  /// Names the key.
  public let keyID: String
  /// What the cipher made.
  public let bytes: [UInt8]
}

extension SealedBytes: ColumnConvertible {
  /// Binds a blob.
  ///
  /// - Throws: `SQLiteError` when SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    let name = Array(keyID.utf8.prefix(255))
    try ([UInt8(name.count)] + name + bytes).bind(to: parameter)
  }

  /// The sealed bytes, when the column holds a blob of that form.
  public static func decode(_ column: borrowing ColumnValue) -> SealedBytes? {
    guard let blob = [UInt8].decode(column), let length = blob.first.map(Int.init),
      length > 0, blob.count > length,
      let name = String(validating: blob[1...length], as: UTF8.self)
    else { return nil }
    return SealedBytes(keyID: name, bytes: Array(blob[(length + 1)...]))
  }

  /// A value of that form, for the declarations of records.
  public static func columnSample(_ number: Int) -> SealedBytes? {
    SealedBytes(keyID: "sample", bytes: Array("\(number)".utf8))
  }
}

/// What the store's cipher could not do.
public enum CipherError: Error, Sendable, Hashable {
  /// The store has no cipher.
  case noCipher(entity: EntityReference)
  /// The name of the cipher's key is empty or too long.
  case invalidKeyID
}

extension CipherError: CustomStringConvertible {
  /// One line: what failed, and what to do.
  public var description: String {
    switch self {
    case .noCipher(let entity):
      "the value of \(entity) is sealed; open the store with the cipher that has its key"
    case .invalidKeyID: "the key of the cipher must have a name of 1 to 255 bytes of UTF-8"
    }
  }
}

/// What a store gives to every transaction.
struct StoreAttachment: Sendable {
  let cipher: (any StoreCipher)?
  let packs: [any StorePack]
}

extension Transaction where Self: ~Copyable {
  var cipher: (any StoreCipher)? { (attachment as? StoreAttachment)?.cipher }

  /// The packs of the store in order, the queue first.
  ///
  /// A repository asks them for what it lets packs decide, by a protocol of its own:
  ///
  /// ```swift
  /// for pack in transaction.packs.compactMap({ $0 as? any VisitPricing }) { … }
  /// ```
  public var packs: [any StorePack] { (attachment as? StoreAttachment)?.packs ?? [] }

  /// Opens bytes that ``WriteTransaction/seal(_:for:)`` has sealed.
  ///
  /// - Throws: ``CipherError/noCipher(entity:)``, and the errors of the cipher.
  public func open(_ sealed: SealedBytes, for entity: EntityReference) throws -> [UInt8] {
    guard let cipher else { throw CipherError.noCipher(entity: entity) }
    return try cipher.open(sealed.bytes, keyID: sealed.keyID, for: entity)
  }
}

extension WriteTransaction {
  /// Seals bytes with the store's cipher, for a program's own column.
  ///
  /// - Parameters:
  ///   - bytes: the secret bytes.
  ///   - entity: the entity that they belong to; they can be opened only for it.
  /// - Throws: ``CipherError/noCipher(entity:)``, ``CipherError/invalidKeyID``, and the errors of
  ///   the cipher.
  public func seal(_ bytes: [UInt8], for entity: EntityReference) throws -> SealedBytes {
    guard let cipher else { throw CipherError.noCipher(entity: entity) }
    let keyID = cipher.keyID
    guard (1...255).contains(keyID.utf8.count) else { throw CipherError.invalidKeyID }
    return SealedBytes(keyID: keyID, bytes: try cipher.seal(bytes, for: entity))
  }
}
