/// A kind of work: its payload is the value itself.
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
/// The kind is stored with each item: change the name of the type as you like, its `kind` never.
/// An item that is read by a later version of the type must still decode: give new properties a
/// default by making them optional.
public protocol Job: Codable, Sendable {
  /// What a handler answers when the work is done; ``NoResult`` by default.
  associatedtype Result: Codable & Sendable = NoResult

  /// The name of the kind in the store, such as `invoice.send`.
  static var kind: String { get }

  /// Settles what is the same for all items of the kind, or follows from the payload: the queue,
  /// the attempts, a unique key. What the caller of `enqueue` sets comes after it.
  func prepare(_ item: inout NewQueueItem)
}

extension Job {
  /// Leaves everything as it usually is.
  public func prepare(_ item: inout NewQueueItem) {}
}

/// The result of work that answers nothing but that it is done.
public struct NoResult: Codable, Hashable, Sendable {
  /// Creates the only value there is.
  @discardableResult
  public init() {}
}

/// An item that was read as what its kind says.
public struct JobItem<J: Job>: Sendable {
  /// The work.
  public let job: J
  /// The item that carries it.
  public let item: QueueItem

  /// Puts both together.
  public init(job: J, item: QueueItem) {
    self.job = job
    self.item = item
  }
}

extension JobItem: Equatable where J: Equatable {}
extension JobItem: Hashable where J: Hashable {}
