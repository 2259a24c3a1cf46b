public import Foundation

/// A path of its own for a test's file, removed with everything beside it when the test ends.
public final class TemporaryFile: Sendable {
  /// The folder that holds the file.
  public let folder: URL
  /// The file, which is not made.
  public var path: String { folder.appendingPathComponent("test.sqlite").path }

  /// Makes the folder.
  public init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The size of the file whose name is the path with `suffix`, in bytes; 0 where there is none.
  public func size(of suffix: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
