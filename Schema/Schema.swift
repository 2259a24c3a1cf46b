public import BackofficeStorage

/// The tables of the library's core.
///
/// The statements live in `Core/`, a file a step; `Embedded/` holds their copies for the compiler,
/// and a test keeps the two the same.
public enum CoreSchema {
  /// The steps that make the core schema, in order.
  public static let pack = MigrationPack("core", trusted: migrations)
}
