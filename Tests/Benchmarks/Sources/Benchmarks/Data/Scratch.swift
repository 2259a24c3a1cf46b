import Foundation

/// Where the files of a run stand.
struct Scratch {
  let folder: String

  init(_ folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { "\(folder)/\(name).sqlite" }

  static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  /// A copy for one side to work on.
  func copy(_ base: String, for side: String) throws -> String {
    let path = path("work-\(side)")
    Self.remove(path)
    try FileManager.default.copyItem(atPath: base, toPath: path)
    return path
  }

  /// The file itself for one side to work on; it is recreated for the next run.
  func move(_ base: String, for side: String) throws -> String {
    let path = path("work-\(side)")
    Self.remove(path)
    try FileManager.default.moveItem(atPath: base, toPath: path)
    return path
  }

  func removeWork() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix("work-") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  static func mebibytes(_ path: String) -> Double {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return Double((attributes?[.size] as? NSNumber)?.int64Value ?? 0) / 1_048_576
  }
}
