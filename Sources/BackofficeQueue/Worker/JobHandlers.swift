/// The handlers of a program by kind of item.
///
/// ```swift
/// var handlers = JobHandlers()
/// handlers.on(SendInvoice.self, concurrency: 2) { job, context in
///   try await mailer.send(job.invoice)
///   return NoResult()
/// }
/// ```
public struct JobHandlers: Sendable {
  /// Handles an item and returns its result; nil for none.
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

  /// Registers the handler of a kind; a later call for the same kind replaces it.
  ///
  /// An item whose payload does not decode fails permanently with the code `undecodable_payload`.
  /// An item whose sealed payload cannot be opened fails with the code ``sealedPayload`` and is
  /// retried while attempts are left.
  ///
  /// - Parameters:
  ///   - type: the kind.
  ///   - concurrency: the maximum number of items of the kind that a worker runs at a time; nil for
  ///     no separate maximum.
  ///   - perform: handles the item and returns its result.
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

  /// Registers the handler of a kind without a result.
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

  /// Registers the handler of a kind by its name.
  ///
  /// - Parameters:
  ///   - kind: the name.
  ///   - concurrency: the maximum number of items of the kind that a worker runs at a time; nil for
  ///     no separate maximum.
  ///   - perform: handles the item and returns its result; nil for none.
  public mutating func on(
    kind: String, concurrency: Int? = nil, perform: @escaping Perform
  ) {
    byKind[kind] = Handler(concurrency: concurrency, perform: perform)
  }

  /// Registers the handler of all other kinds; without one, the worker does not claim them.
  ///
  /// - Parameter perform: handles the item and returns its result; nil for none.
  public mutating func onOtherKinds(perform: @escaping Perform) {
    fallback = Handler(concurrency: nil, perform: perform)
  }

  /// Adds middleware around every handler; the first one added is outermost.
  public mutating func use(_ middleware: JobMiddleware) { self.middleware.append(middleware) }

  /// The kinds to claim; nil for all.
  package var kinds: [String]? { fallback == nil ? byKind.keys.sorted() : nil }

  /// The kinds that have their own limit.
  var limits: [String: Int] { byKind.compactMapValues(\.concurrency) }

  /// The error code of an attempt whose payload could not be opened.
  public static let sealedPayload = "payload_sealed"

  // No handler receives a sealed payload. Another worker may have the key.
  private static let refuseSealed: Perform = { context in
    let item = context.item
    throw ItemFailure(
      code: sealedPayload,
      message: "\(QueueError.payloadSealed(item: item.id, key: item.payloadKey ?? ""))")
  }

  /// Handles an item with all middleware.
  package func perform(_ context: JobContext) async throws -> JSONText? {
    guard let handler = byKind[context.item.kind] ?? fallback else {
      throw WorkerError.noHandler(kind: context.item.kind, known: byKind.keys.sorted())
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
/// An error that it throws is handled like one of the handler.
public struct JobMiddleware: Sendable {
  let around: @Sendable (JobContext, JobHandlers.Perform) async throws -> JSONText?

  /// Creates middleware; `around` calls its second argument to continue.
  public init(
    _ around:
      @escaping @Sendable (
        _ context: JobContext, _ next: JobHandlers.Perform
      ) async throws -> JSONText?
  ) {
    self.around = around
  }

  /// Logs the start and the end of each attempt, one line each.
  ///
  /// The lines contain the kind, the item, and what the handler asked for or the type of its error,
  /// but nothing from the payload.
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
        write("\(name) \(logWords(error))")
        throw error
      }
    }
  }
  /// How an attempt ends, without the words of the handler.
  private static func logWords(_ error: any Error) -> String {
    switch error {
    case JobFailure.retry(let delay, _): "failed and asks for another attempt after \(delay)"
    case JobFailure.partly: "did a part, and asks for another attempt with the rest"
    case JobFailure.discard(_, let code): "failed for good" + (code.map { ": \($0)" } ?? "")
    case JobRequest.snooze(let duration): "is postponed for \(duration)"
    case JobRequest.handBack: "is handed back"
    case JobRequest.park: "is parked"
    case JobRequest.cancelled: "is cancelled"
    case let failure as ItemFailure: "failed" + (failure.code.map { ": \($0)" } ?? "")
    case WorkerError.noHandler: "has no handler, and is handed back"
    case is CancellationError: "was stopped"
    default: "failed: \(type(of: error))"
    }
  }
}
