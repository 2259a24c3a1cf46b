import Backoffice

/// A process of its own for tests that kill it, or that let its memory run out.
///
/// `write <file> <seed>` writes to a store until it is killed, and says what was acknowledged.
/// `memory <folder> <points>` fails SQLite's allocations one after the other.
/// `migrate <folder>` brings a folder of migrations into each file that it is told of.
@main
enum CrashWriter {
  static func main() async throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "write" where arguments.count == 4:
      try await Writing(path: arguments[2], seed: UInt64(arguments[3]) ?? 0).run()
    case "memory" where arguments.count == 4:
      try MemorySweep(folder: arguments[2], points: Int(arguments[3])).run()
    case "migrate" where arguments.count == 3:
      try Starting(folder: arguments[2]).run()
    default:
      print("usage: write <file> <seed> | memory <folder> <points or all> | migrate <folder>")
    }
  }
}
