/// A typed job, whose payload is the value itself.
///
/// ```swift
/// struct SendInvoice: Job {
///   static let kind = "invoice.send"
///   var invoice: Int
/// }
///
/// try store.queue.enqueue(SendInvoice(invoice: 7)) { $0.priority = 1 }
/// ```
///
/// The kind is stored with each item: the type may be renamed, but its `kind` must never change.
/// Later versions of the type must decode the items of earlier ones, so make new properties
/// optional.
public protocol Job: Codable, Sendable {
  /// The result that a handler returns; ``NoResult`` by default.
  associatedtype Result: Codable & Sendable = NoResult

  /// The name of the kind in the store, such as `invoice.send`.
  static var kind: String { get }

  /// Sets what all items of the kind have in common or what follows from the payload, such as the
  /// queue, the maximum of attempts or a unique key. The caller of `enqueue` can override it.
  func prepare(_ item: inout NewQueueItem)
}

extension Job {
  /// Changes nothing.
  public func prepare(_ item: inout NewQueueItem) {}
}

/// The result of a job that has none.
public struct NoResult: Codable, Hashable, Sendable {
  /// Creates the value.
  @discardableResult
  public init() {}
}

/// An item with its decoded job.
public struct JobItem<J: Job>: Sendable {
  /// The decoded job.
  public let job: J
  /// The item.
  public let item: QueueItem

  /// Creates a value from both.
  public init(job: J, item: QueueItem) {
    self.job = job
    self.item = item
  }
}

extension JobItem: Equatable where J: Equatable {}
extension JobItem: Hashable where J: Hashable {}
