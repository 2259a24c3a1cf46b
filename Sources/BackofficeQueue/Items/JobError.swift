/// The reason why an item cannot be decoded as a job.
public enum JobError: Error, Sendable, Hashable {
  /// The item is of another kind.
  case otherKind(item: ID<QueueItem>, found: String, expected: String)
  /// The payload does not decode as the job.
  case undecodablePayload(item: ID<QueueItem>, kind: String, reason: String)
  /// The result does not decode as the result of the job.
  case undecodableResult(item: ID<QueueItem>, kind: String, reason: String)

  /// The error code of an item whose payload did not decode; it is not retried.
  public static let undecodable = "undecodable_payload"
}

extension JobError: CustomStringConvertible {
  /// One line: what failed, which item, and what to do.
  public var description: String {
    switch self {
    case .otherKind(let item, let found, let expected):
      "queue item \(item) has the kind \(found), not \(expected); read it as its own kind"
    case .undecodablePayload(let item, let kind, let reason):
      "the payload of queue item \(item) is not a \(kind): \(reason); correct it or cancel the item"
    case .undecodableResult(let item, let kind, let reason):
      "the result of queue item \(item) is not a result of \(kind): \(reason)"
    }
  }
}

extension DecodingError {
  /// The place where a document does not decode, without its values.
  var place: String {
    let context: Context
    let what: String
    switch self {
    case .keyNotFound(let key, let found):
      (what, context) = ("\(key.stringValue) is missing", found)
    case .valueNotFound(_, let found): (what, context) = ("a value is missing", found)
    case .typeMismatch(let type, let found): (what, context) = ("not of type \(type)", found)
    case .dataCorrupted(let found): (what, context) = ("a value is out of range", found)
    @unknown default: return "it does not decode"
    }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? what : "\(what) at \(path)"
  }
}
