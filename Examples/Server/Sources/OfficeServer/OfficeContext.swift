public import Backoffice
public import Hummingbird

/// A request, and the principal who sent it.
public struct OfficeContext: RequestContext {
  /// What the framework keeps of the request.
  public var coreContext: CoreRequestContextStorage
  /// The principal; nil before authentication.
  public var principal: Principal?

  /// Creates the context of a request that has just arrived.
  public init(source: Source) {
    coreContext = CoreRequestContextStorage(source: source)
  }

  /// The store on behalf of the sender.
  func office(_ store: BackofficeStore) throws -> BackofficeStore {
    guard let principal else { throw HTTPError(.unauthorized) }
    return store.acting(as: principal)
  }
}

/// Finds the principal of a bearer token.
struct Authentication: RouterMiddleware {
  let principals: [String: Principal]

  func handle(
    _ request: Request, context: OfficeContext,
    next: (Request, OfficeContext) async throws -> Response
  ) async throws -> Response {
    let parts = request.headers[.authorization]?.split(separator: " ") ?? []
    guard parts.count == 2, parts[0] == "Bearer", let principal = principals[String(parts[1])]
    else { throw HTTPError(.unauthorized, message: "a bearer token is needed") }
    var context = context
    context.principal = principal
    return try await next(request, context)
  }
}

/// Answers with the text of errors that concern the request.
struct Refusals: RouterMiddleware {
  func handle(
    _ request: Request, context: OfficeContext,
    next: (Request, OfficeContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as CustomerError {
      if case .notFound = error { throw HTTPError(.notFound, message: error.description) }
      throw HTTPError(.unprocessableContent, message: error.description)
    } catch let error as QueueError {
      throw HTTPError(.unprocessableContent, message: error.description)
    }
  }
}
