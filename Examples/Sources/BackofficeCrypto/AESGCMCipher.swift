public import Backoffice
public import Crypto
import Foundation

/// Seals payloads of queue items, and other secrets of a program, with AES-GCM.
///
/// Each value has its own nonce and is bound to its entity and its key: it does not open for another
/// entity or with another key. New values are sealed with the current key; every key opens the values
/// that it has sealed.
///
/// ```swift
/// var configuration = BackofficeStore.Configuration()
/// configuration.cipher = try AESGCMCipher(
///   current: "2026-02", keys: ["2026-01": january, "2026-02": february])
/// let store = try BackofficeStore(.file("office.sqlite"), configuration: configuration)
/// ```
///
/// To change keys, first give every process the new key in addition to the old one, then make it the
/// current key. Remove an old key when no value that is still read names it.
public struct AESGCMCipher: StoreCipher {
  /// Why a cipher cannot be created, or why a value does not open.
  public enum Failure: Error, Sendable, Hashable {
    /// The current key is not among the keys.
    case noCurrentKey(String)
    /// A key does not have 128, 192 or 256 bits.
    case keySize(String, bits: Int)
    /// The cipher has no key of that name.
    case unknownKey(String)
    /// The value was changed, belongs to another entity, or was sealed with another key.
    case notAuthentic(key: String)
  }

  /// Names the key that seals new payloads.
  public let keyID: String

  private let current: SymmetricKey
  private let keys: [String: SymmetricKey]

  /// Creates a cipher.
  ///
  /// - Parameters:
  ///   - current: the name of the key that seals new payloads.
  ///   - keys: all keys by name, including the current one. The names are stored with the values;
  ///     the keys are not stored.
  /// - Throws: ``Failure/noCurrentKey(_:)``, ``Failure/keySize(_:bits:)``.
  public init(current: String, keys: [String: SymmetricKey]) throws(Failure) {
    for (name, key) in keys where ![128, 192, 256].contains(key.bitCount) {
      throw .keySize(name, bits: key.bitCount)
    }
    guard let key = keys[current] else { throw .noCurrentKey(current) }
    keyID = current
    self.current = key
    self.keys = keys
  }

  /// Seals bytes with the current key: its nonce, the sealed bytes, and a tag of 16 bytes.
  public func seal(_ payload: [UInt8], for entity: EntityReference) throws -> [UInt8] {
    let box = try AES.GCM.seal(
      payload, using: current, authenticating: Self.binding(entity, keyID))
    return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
  }

  /// Opens bytes that ``seal(_:for:)`` has sealed with the named key.
  ///
  /// - Throws: ``Failure/unknownKey(_:)``, ``Failure/notAuthentic(key:)``.
  public func open(_ sealed: [UInt8], keyID: String, for entity: EntityReference) throws -> [UInt8]
  {
    guard let key = keys[keyID] else { throw Failure.unknownKey(keyID) }
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return Array(
        try AES.GCM.open(box, using: key, authenticating: Self.binding(entity, keyID)))
    } catch {
      throw Failure.notAuthentic(key: keyID)
    }
  }

  /// The authenticated data: not secret, but it cannot be changed.
  private static func binding(_ entity: EntityReference, _ keyID: String) -> Data {
    Data("\(entity) \(keyID)".utf8)
  }
}

extension AESGCMCipher.Failure: CustomStringConvertible {
  /// One line: what failed, and what to do.
  public var description: String {
    switch self {
    case .noCurrentKey(let name): "there is no key \(name); add it to the keys"
    case .keySize(let name, let bits):
      "the key \(name) has \(bits) bits; AES requires 128, 192 or 256"
    case .unknownKey(let name): "the key \(name) is unknown; add it to the keys"
    case .notAuthentic(let name):
      "the value was not sealed with the key \(name) for this entity, or it was changed"
    }
  }
}
