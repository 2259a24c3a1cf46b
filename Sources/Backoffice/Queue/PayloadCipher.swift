import BackofficeStorage
import Foundation

/// Seals payloads before they are stored, and opens them for workers.
///
/// The library has no cryptography of its own: a program brings an implementation, and gives it to
/// the store's configuration. With one every payload is sealed when it is enqueued or replaced, and
/// opened when it is claimed. What the file holds is a JSON text of base64. The example library
/// `BackofficeCrypto` has one with AES-GCM whose keys can change.
///
/// A payload that cannot be opened fails the attempts on its item with
/// ``JobHandlers/sealedPayload``; no handler sees it. Results, errors, tags and the other documents of
/// an item are not sealed.
public protocol PayloadCipher: Sendable {
  /// Names the key that new payloads are sealed with; stored beside each.
  var keyID: String { get }

  /// Seals the bytes of a payload; the item's id is there to be authenticated with it.
  func seal(_ payload: [UInt8], item: ID<QueueItem>) throws -> [UInt8]

  /// Opens what ``seal(_:item:)`` made with the key named.
  ///
  /// - Throws: when the key is not known, or the bytes were changed.
  func open(_ sealed: [UInt8], keyID: String, item: ID<QueueItem>) throws -> [UInt8]
}

/// How the queue of a store seals payloads.
struct PayloadSealing: Sendable {
  let cipher: any PayloadCipher

  /// The payload as it is stored, and the key it is sealed with.
  static func seal(
    _ payload: JSONText, of item: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws -> (payload: JSONText, key: String?) {
    guard let sealing = transaction.attachment as? PayloadSealing else { return (payload, nil) }
    let sealed = try sealing.cipher.seal(Array(payload.text.utf8), item: item)
    return (try JSONText("\"\(Data(sealed).base64EncodedString())\""), sealing.cipher.keyID)
  }

  /// The item with its payload opened; sealed as it was when that is not possible, so that an item
  /// nobody can read fails in the hands of its worker and stops nobody else.
  static func opened(
    _ item: QueueItem, _ transaction: borrowing some Transaction & ~Copyable
  ) -> QueueItem {
    guard item.payloadKey != nil, let payload = try? open(item, transaction) else { return item }
    var item = item
    item.payload = payload
    item.payloadKey = nil
    return item
  }

  static func open(
    _ item: QueueItem, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> JSONText {
    guard let key = item.payloadKey else { return item.payload }
    guard let sealing = transaction.attachment as? PayloadSealing,
      let sealed = Data(base64Encoded: String(item.payload.text.dropFirst().dropLast()))
    else { throw QueueError.payloadSealed(item: item.id, key: key) }
    let bytes = try sealing.cipher.open(Array(sealed), keyID: key, item: item.id)
    return try JSONText(String(decoding: bytes, as: UTF8.self))
  }
}

extension WorkQueue {
  /// The payload of an item that was found or listed, opened.
  ///
  /// - Throws: ``QueueError/payloadSealed(item:key:)`` when the store has no cipher, and what the
  ///   cipher throws.
  public func payload(of item: QueueItem) throws -> JSONText {
    try access.readOnce { transaction in try PayloadSealing.open(item, transaction) }
  }
}
