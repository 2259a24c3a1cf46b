/// A path for the file of a store, removed with everything beside it when the body ends.
public enum TemporaryStore {
  /// Runs `body` with the path.
  public static func with(_ body: (String) throws -> Void) throws {
    let file = try TemporaryFile()
    try withExtendedLifetime(file) { try body(file.path) }
  }

  /// Runs `body` with the path.
  public static func withAsync(_ body: (String) async throws -> Void) async throws {
    let file = try TemporaryFile()
    try await body(file.path)
    withExtendedLifetime(file) {}
  }
}
