import Backoffice
import BackofficeTesting
import Hummingbird
import HummingbirdTesting
import OfficeServer
import Testing

@Suite("A server on the library")
struct OfficeServerTests {
  private let store: BackofficeStore
  private let application: Application<RouterResponder<OfficeContext>>

  init() throws {
    store = try TestStore().store
    application = Application(
      router: officeRouter(
        store,
        principals: [
          "a-token": Principal(kind: .staff, id: "ada"),
          "b-token": Principal(kind: .staff, id: "bob"),
        ]))
  }

  private func send(
    _ method: HTTPRequest.Method, _ path: String, _ body: String = "", token: String? = "a-token",
    _ client: some TestClientProtocol
  ) async throws -> TestResponse {
    var headers = HTTPFields()
    headers[.contentType] = "application/json"
    headers[.authorization] = token.map { "Bearer \($0)" }
    return try await client.execute(
      uri: path, method: method, headers: headers, body: ByteBuffer(string: body))
  }

  @Test("Each request is recorded for its sender, also when many share a commit")
  func senders() async throws {
    try await application.test(.router) { client in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let answer = try await send(
              .post, "/customers", #"{"name":"N","email":"n\#(number)@example.com"}"#,
              token: number % 2 == 0 ? "a-token" : "b-token", client)
            #expect(answer.status == .created)
          }
        }
        try await group.waitForAll()
      }
    }
    let customers = try store.customers.list().elements
    #expect(customers.count == 40)
    for customer in customers {
      let number = Int(customer.email?.dropFirst().prefix { $0.isNumber } ?? "") ?? 0
      let first = try store.history.timeline(of: customer.id, kind: .customer).elements.first
      #expect(first?.actor == Principal(kind: .staff, id: number % 2 == 0 ? "ada" : "bob"))
      #expect(first?.reason == "sign-up")
    }
    #expect(try store.check() == [])
  }

  @Test("A refused move changes nothing and says what is allowed; an unknown sender is refused")
  func refusals() async throws {
    try await application.test(.router) { client in
      let unknown = try await send(.post, "/customers", "{}", token: "c", client)
      #expect(unknown.status == .unauthorized)
      let created = try await send(
        .post, "/customers", #"{"name":"N","email":"n@example.com"}"#, client)
      #expect(created.status == .created)
      let customer = try #require(try store.customers.list().elements.first)
      let refused = try await send(
        .put, "/customers/\(customer.id)/status", #"{"status":"order_placed"}"#, client)
      #expect(refused.status == .unprocessableContent)
      #expect(String(buffer: refused.body).contains("replied_to_customer"))
      let moved = try await send(
        .put, "/customers/\(customer.id)/status", #"{"status":"lost","reason":"fair"}"#,
        token: "b-token", client)
      #expect(moved.status == .ok)
      let history = try await send(.get, "/customers/\(customer.id)/history", "", client)
      #expect(String(buffer: history.body).contains(#""by":"bob""#))
      #expect(String(buffer: history.body).contains(#""why":"fair""#))
    }
  }
}
