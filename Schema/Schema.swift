public import BackofficeStorage

/// The tables of the library's core.
///
/// The statements live in `Core/`, a file a step; `Embedded/` holds their copies for the compiler,
/// and a test keeps the two the same.
/// `Embedded/CoreSchema+Structure.swift` is what all of them come to, made and compared by a test as
/// well.
public enum CoreSchema {
  /// The steps that make the core schema, in order.
  ///
  /// A new file gets all of them at once, from `structure`.
  public static let pack = MigrationPack("core", trusted: migrations, structure: structure)
}
