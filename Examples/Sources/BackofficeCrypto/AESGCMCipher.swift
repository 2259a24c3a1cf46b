public import Backoffice
public import Crypto
import Foundation

/// Seals payloads of queue items, and what else a program keeps secret, with AES-GCM.
///
/// Each value has a nonce of its own, and is bound to its entity and its key: moved to another entity,
/// or claimed to be sealed with another key, it does not open. New values are sealed with the
/// current key; all the keys open what they sealed.
///
/// ```swift
/// var configuration = BackofficeStore.Configuration()
/// configuration.cipher = try AESGCMCipher(
///   current: "2026-02", keys: ["2026-01": january, "2026-02": february])
/// let store = try BackofficeStore(.file("office.sqlite"), configuration: configuration)
/// ```
///
/// To change keys, first give every process the new key beside the old one, then make it the current
/// one. An old key can go when no value that may still be read names it.
public struct AESGCMCipher: StoreCipher {
  /// Why there is no cipher, or why a payload does not open.
  public enum Failure: Error, Sendable, Hashable {
    /// The current key is not among the keys.
    case noCurrentKey(String)
    /// A key has not the 128, 192 or 256 bits that AES takes.
    case keySize(String, bits: Int)
    /// No key of that name is known.
    case unknownKey(String)
    /// The payload was changed, belongs to another item, or was sealed with another key.
    case notAuthentic(key: String)
  }

  /// Names the key that seals new payloads.
  public let keyID: String

  private let current: SymmetricKey
  private let keys: [String: SymmetricKey]

  /// Makes a cipher of its keys.
  ///
  /// - Parameters:
  ///   - current: the name of the key that seals new payloads.
  ///   - keys: all the keys that open payloads, the current one among them, by name. The names are
  ///     stored beside payloads; the keys are stored nowhere.
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

  /// Opens what ``seal(_:for:)`` made with the key named.
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

  /// What is not secret, and cannot be changed all the same.
  private static func binding(_ entity: EntityReference, _ keyID: String) -> Data {
    Data("\(entity) \(keyID)".utf8)
  }
}

extension AESGCMCipher.Failure: CustomStringConvertible {
  /// One line: what failed, and what to do.
  public var description: String {
    switch self {
    case .noCurrentKey(let name): "there is no key \(name); give it among the keys"
    case .keySize(let name, let bits):
      "the key \(name) has \(bits) bits; AES takes 128, 192 or 256"
    case .unknownKey(let name): "the key \(name) is not known; give it among the keys"
    case .notAuthentic(let name):
      "the value is not what the key \(name) sealed for this entity; look who changed it"
    }
  }
}
