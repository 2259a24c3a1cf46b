/// The handlers of a program: what does the work of each kind.
///
/// ```swift
/// var handlers = JobHandlers()
/// handlers.on(SendInvoice.self, concurrency: 2) { job, context in
///   try await mailer.send(job.invoice)
///   return NoResult()
/// }
/// ```
public struct JobHandlers: Sendable {
  /// Does the work of an item and answers its result; nil for none.
  public typealias Perform = @Sendable (JobContext) async throws -> JSONText?

  struct Handler: Sendable {
    let concurrency: Int?
    let perform: Perform
  }

  private var byKind: [String: Handler] = [:]
  private var fallback: Handler?
  private var middleware: [JobMiddleware] = []

  /// Creates an empty set.
  public init() {}

  // Disfavoured: closures of several statements fit both overloads, and would be ambiguous.

  /// Does the work of a kind; a later call for the same kind takes its place.
  ///
  /// An item whose payload does not decode fails for good, with the code `undecodable_payload`. One
  /// whose payload is sealed with a key that the store does not have, or was changed, fails with the
  /// code ``sealedPayload`` and is tried again while attempts are left.
  ///
  /// - Parameters:
  ///   - type: the kind.
  ///   - concurrency: how many of the kind a worker has at a time; nil for as many as of all.
  ///   - perform: does the work and answers the result.
  @_disfavoredOverload
  public mutating func on<J: Job>(
    _ type: J.Type, concurrency: Int? = nil,
    perform: @escaping @Sendable (J, JobContext) async throws -> J.Result
  ) {
    on(kind: J.kind, concurrency: concurrency) { context in
      let result = try await perform(try context.item.job(type), context)
      return result is NoResult ? nil : try JSONText(encoding: result)
    }
  }

  /// Does the work of a kind that answers nothing.
  ///
  /// - Parameters: as ``on(_:concurrency:perform:)``.
  public mutating func on<J: Job>(
    _ type: J.Type, concurrency: Int? = nil,
    perform: @escaping @Sendable (J, JobContext) async throws -> Void
  ) where J.Result == NoResult {
    on(kind: J.kind, concurrency: concurrency) { context in
      try await perform(try context.item.job(type), context)
      return nil
    }
  }

  /// Does the work of a kind that is known by its name alone.
  ///
  /// - Parameters:
  ///   - kind: the name.
  ///   - concurrency: how many of the kind a worker has at a time; nil for as many as of all.
  ///   - perform: does the work and answers the result; nil for none.
  public mutating func on(
    kind: String, concurrency: Int? = nil, perform: @escaping Perform
  ) {
    byKind[kind] = Handler(concurrency: concurrency, perform: perform)
  }

  /// Does the work of all kinds that have no handler; without one they are left for other workers.
  ///
  /// - Parameter perform: does the work and answers the result; nil for none.
  public mutating func onOtherKinds(perform: @escaping Perform) {
    fallback = Handler(concurrency: nil, perform: perform)
  }

  /// Wraps every handler in middleware; what was added first is outermost.
  public mutating func use(_ middleware: JobMiddleware) { self.middleware.append(middleware) }

  /// The kinds that are claimed; nil for all.
  package var kinds: [String]? { fallback == nil ? byKind.keys.sorted() : nil }

  /// The kinds that have a limit of their own.
  var limits: [String: Int] { byKind.compactMapValues(\.concurrency) }

  /// The error code of an attempt whose payload could not be opened.
  public static let sealedPayload = "payload_sealed"

  // No handler sees what a cipher made of a payload. Another worker may have the key.
  private static let refuseSealed: Perform = { context in
    let item = context.item
    throw ItemFailure(
      code: sealedPayload,
      message: "\(QueueError.payloadSealed(item: item.id, key: item.payloadKey ?? ""))")
  }

  /// Does the work of an item, with all that was put around it.
  package func perform(_ context: JobContext) async throws -> JSONText? {
    guard let handler = byKind[context.item.kind] ?? fallback else {
      throw JobRequest.handBack
    }
    var perform = context.item.payloadKey == nil ? handler.perform : Self.refuseSealed
    for layer in middleware.reversed() {
      let inner = perform
      perform = { context in try await layer.around(context, inner) }
    }
    return try await perform(context)
  }
}

/// Code that runs around every handler: a log line, a trace, task-local values.
///
/// ```swift
/// handlers.use(JobMiddleware { context, next in
///   try await withSpan(context.item.kind) { _ in try await next(context) }
/// })
/// ```
///
/// An error that it throws counts as thrown by the handler.
public struct JobMiddleware: Sendable {
  let around: @Sendable (JobContext, JobHandlers.Perform) async throws -> JSONText?

  /// Puts `around` around handlers; it calls its second argument to go on.
  public init(
    _ around:
      @escaping @Sendable (
        _ context: JobContext, _ next: JobHandlers.Perform
      ) async throws -> JSONText?
  ) {
    self.around = around
  }

  /// Says when an attempt begins and how it ends, one line each.
  ///
  /// The lines hold the kind, the item and the kind of an error, and nothing of the payload.
  public static func logging(
    _ write: @escaping @Sendable (String) -> Void
  ) -> JobMiddleware {
    JobMiddleware { context, next in
      let name = "\(context.item.kind) \(context.item.id) attempt \(context.attempt)"
      write("\(name) begins")
      do {
        let result = try await next(context)
        write("\(name) is done")
        return result
      } catch {
        write("\(name) ends by \(type(of: error))")
        throw error
      }
    }
  }
}
