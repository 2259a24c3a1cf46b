import Foundation

/// PostgreSQL on loopback.
final class PostgresPeer {
  init(_ connection: String) throws {}
  func enqueueing(_ count: Int, clients: Int = 1) -> Side { Side(name: "PostgreSQL") { _ in 0 } }
  func claiming(_ count: Int) -> Side { Side(name: "PostgreSQL") { _ in 0 } }
  func finding(_ count: Int) -> Side { Side(name: "PostgreSQL") { _ in 0 } }
  func changingStatus(_ count: Int) -> Side { Side(name: "PostgreSQL") { _ in 0 } }
}
