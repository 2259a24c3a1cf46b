import Backoffice
import Hummingbird
import OfficeServer

/// Serves the office of a file on port 8080 of this machine, for the one token that it is given.
@main
enum Program {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
      print("usage: office-server FILE TOKEN STAFF-ID")
      return
    }
    let store = try BackofficeStore(.file(arguments[1]))
    let router = officeRouter(
      store, principals: [arguments[2]: Principal(kind: .staff, id: arguments[3])])
    try await Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080))
    ).runService()
  }
}
