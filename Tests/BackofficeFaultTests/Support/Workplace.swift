import BackofficeStorage
import Foundation

/// A folder with one database file, and the file system through which a scenario reaches it.
///
/// Belongs to one test; removed with it.
/// @unchecked Sendable: a test hands it to tasks that only use its file system, which is guarded.
final class Workplace: @unchecked Sendable {
  let folder: String
  let files: FaultFileSystem
  /// How many commits the scenario was told of.
  private(set) var acknowledged = 0
  /// Called at each of them.
  var onAcknowledge: () -> Void = {}

  var path: String { folder + "/office.sqlite" }

  init() throws {
    files = try FaultFileSystem()
    folder = NSTemporaryDirectory() + "backoffice-faults-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Whether the file that the work begins with is being made.
  var isPreparing = true

  /// The settings of every run: the same clock and the same random numbers, so that two runs that
  /// do the same write the same bytes.
  ///
  /// The work happens two days after its preparation: its ids are new, and a day is over.
  func configuration() -> Database.Configuration {
    var configuration = Database.Configuration()
    configuration.fileSystem = files.name
    configuration.publisher = files.publisher
    let clock = ManualClock(Self.morning + (isPreparing ? .zero : .seconds(49 * 3600)))
    configuration.clock = clock.clock
    configuration.random = .seeded(isPreparing ? 1 : 2)
    return configuration
  }

  /// Monday, 5 January 2026, 09:00 UTC.
  private static let morning = Timestamp(microseconds: 1_767_603_600_000_000)

  /// The scenario was told that what it did so far is durable.
  func acknowledge() {
    acknowledged += 1
    files.acknowledge()
    onAcknowledge()
  }

  func startOver() { acknowledged = 0 }

  /// Takes what other files of the folder hold, and removes what is left from before.
  func load(_ template: [String: Data]) throws {
    try empty()
    for (name, bytes) in template {
      try bytes.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  func empty() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
  }

  /// The bytes of all files but the shared memory, which is worth nothing to another start.
  func contents() throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where !name.hasSuffix("-shm") {
      result[name] = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
    }
    return result
  }
}
