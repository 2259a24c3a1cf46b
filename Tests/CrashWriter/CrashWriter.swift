import Backoffice
import Foundation

/// A process of its own for tests that kill it, let several of them write one file, or let its
/// memory run out.
///
/// - `write <file> <seed>` writes to a store until it is killed, and says what was acknowledged.
/// - `share <file> <worker> <rounds>` writes beside others like it, and ends.
/// - `hold <file>` holds the writer until its standard input ends.
/// - `memory <folder> <points> <from>` fails SQLite's allocations: so many of each kind of work.
/// - `kill <folder> <every> <from>` kills a child before what it asks of its file: every so many
///   operations, from one on.
/// - `soak <file> <operations>` does everything for long, and says what it then holds.
/// - `claims <file> <tasks>` claims and completes until nothing is left, and says what it took.
/// - `model <file> <seed>` uses the queue at random until it is killed, and says what it did.
/// - `worker <file> <name>` runs a worker until it is killed or told to stop, and says what ran.
/// - `read <file>` reads with many tasks until one of them ends the others.
/// - `move <folder>` opens a store by a relative path and moves to another folder.
/// - `fork <file>` forks with an open store.
/// - `migrate <folder>` brings a folder of migrations into each file that it is told of.
@main
enum CrashWriter {
  static func main() async throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "write" where arguments.count == 4:
      try await Writing(path: arguments[2], seed: UInt64(arguments[3]) ?? 0).run()
    case "share" where arguments.count == 5:
      try await Sharing(
        path: arguments[2], worker: arguments[3], rounds: Int(arguments[4]) ?? 0
      ).run()
    case "hold" where arguments.count == 3:
      try Sharing.hold(arguments[2])
    case "soak" where arguments.count == 4:
      try await Soak(path: arguments[2], operations: Int(arguments[3]) ?? 0).run()
    case "memory" where arguments.count == 5 || arguments.count == 6:
      try MemorySweep(
        folder: arguments[2], points: Int(arguments[3]), from: Int(arguments[4]) ?? 0,
        only: arguments.dropFirst(5).first
      ).run()
    case "kill" where arguments.count == 5 || arguments.count == 6:
      try KillSweep(
        folder: arguments[2], every: Int(arguments[3]) ?? 1, from: Int(arguments[4]) ?? 0,
        only: arguments.dropFirst(5).first
      ).run()
    case "claims" where arguments.count == 4:
      try await Claiming(path: arguments[2], tasks: Int(arguments[3]) ?? 1).run()
    case "model" where arguments.count == 4:
      try QueueModel(path: arguments[2], seed: UInt64(arguments[3]) ?? 0).run()
    case "worker" where arguments.count == 4:
      try await Working(path: arguments[2], name: arguments[3]).run()
    case "read" where arguments.count == 3:
      try await Reading(path: arguments[2]).run()
    case "migrate" where arguments.count == 3:
      try Starting(folder: arguments[2]).run()
    case "move" where arguments.count == 3:
      try Surroundings.move(arguments[2])
    case "fork" where arguments.count == 3:
      try Surroundings.fork(arguments[2])
    default:
      print(
        """
        usage: write <file> <seed> | share <file> <worker> <rounds> | hold <file>
          | memory <folder> <points or all> <from> [<stage>]
          | kill <folder> <every> <from> [<stage>] | soak <file> <operations>
          | claims <file> <tasks> | model <file> <seed> | worker <file> <name>
          | read <file> | migrate <folder> | move <folder> | fork <file>
        """)
    }
  }
}

extension BackofficeStore {
  /// A store for one of several processes, which waits for the others however slow the machine is.
  static func patient(_ path: String) throws -> BackofficeStore {
    var configuration = BackofficeStore.Configuration()
    // Sanitizers slow everything down, and say by how much.
    let slowness = ProcessInfo.processInfo.environment["BACKOFFICE_SLOWNESS"].flatMap { Int($0) }
    configuration.database.busyTimeout = .seconds(120 * max(1, slowness ?? 1))
    return try BackofficeStore(.file(path), configuration: configuration)
  }
}
