/// A payload as the file has it: JSON as a text, or sealed as a blob.
package enum StoredPayload: Sendable, Hashable {
  case plain(JSONText)
  case sealed(SealedBytes)
}

extension StoredPayload: ColumnConvertible {
  package func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    switch self {
    case .plain(let text): try text.bind(to: parameter)
    case .sealed(let sealed): try sealed.bind(to: parameter)
    }
  }

  package static func decode(_ column: borrowing ColumnValue) -> StoredPayload? {
    JSONText.decode(column).map(StoredPayload.plain)
      ?? SealedBytes.decode(column).map(StoredPayload.sealed)
  }
}

extension EntityKind {
  /// An item of the queue.
  public static let queueItem = EntityKind(rawValue: "queue_item")
  /// A batch of queue items.
  public static let batch = EntityKind(rawValue: "batch")
}

/// How the queue seals payloads: each with its item, where the store has a cipher.
///
/// A payload that cannot be opened fails the attempts on its item with
/// ``JobHandlers/sealedPayload``; no handler sees it. Results, errors, tags and metadata are not sealed.
enum PayloadSealing {
  /// The payload as it is stored.
  static func seal(
    _ payload: JSONText, of item: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws -> StoredPayload {
    guard transaction.cipher != nil else { return .plain(payload) }
    return .sealed(
      try transaction.seal(Array(payload.text.utf8), for: EntityReference(.queueItem, item)))
  }

  /// The item with its payload opened; as it was when that is not possible, so that an item that cannot
  /// be read fails when its worker opens it and does not block other items.
  static func opened(
    _ item: QueueItem, _ transaction: borrowing some Transaction & ~Copyable
  ) -> QueueItem {
    guard case .sealed = item.storedPayload, let payload = try? open(item, transaction) else {
      return item
    }
    var item = item
    item.storedPayload = .plain(payload)
    return item
  }

  static func open(
    _ item: QueueItem, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> JSONText {
    guard case .sealed(let sealed) = item.storedPayload else { return item.payload }
    guard transaction.cipher != nil else {
      throw QueueError.payloadSealed(item: item.id, key: sealed.keyID)
    }
    let bytes = try transaction.open(sealed, for: EntityReference(.queueItem, item.id))
    return try JSONText(String(decoding: bytes, as: UTF8.self))
  }
}
