/// A schema change, with the script or code that applies it and optionally one that reverts it.
///
/// A released migration must never be edited; later changes are migrations of their own.
public struct Migration: Sendable {
  /// When a migration runs.
  public enum Kind: String, Sendable, Hashable {
    /// Once, in order of version.
    case versioned
    /// After the versioned migrations, whenever its text has changed; useful for views.
    case repeatable
    /// In place of all versioned migrations up to its version, on a database without migrations.
    case squash
  }

  /// The code of a migration in Swift.
  package struct Code: Sendable {
    package let up: @Sendable (borrowing MigrationTransaction) throws -> Void
    package let down: (@Sendable (borrowing MigrationTransaction) throws -> Void)?
  }

  /// The version, which orders the migrations of a pack; zero for repeatable migrations.
  public let version: MigrationVersion
  /// The name.
  public let name: String
  /// When the trigger runs.
  public let kind: Kind
  /// The statements that apply the migration; empty for a migration in Swift.
  public let up: String
  /// The statements that revert the migration; nil if it is not reversible or in Swift.
  public let down: String?
  /// The checksum that detects edits: the digest of ``up``, or the declared revision of a migration
  /// in Swift.
  public let checksum: String
  /// The algorithm of ``checksum``, as recorded in the ledger.
  public let algorithm: String
  /// The name of the up file in its folder.
  public let file: String
  /// The name of the file with the down script; nil if there is none.
  public let downFile: String?
  /// The line of ``downFile`` at which ``down`` begins, starting at 1.
  public let downLine: Int
  /// Whether its file allows it to run after later migrations have run.
  public let allowsOutOfOrder: Bool
  package let code: Code?
  /// Whether the tool that wrote its folder compares the names of files as text.
  var isOrderedByText = false

  /// Whether the migration can be reverted.
  public var isReversible: Bool { down != nil || code?.down != nil }

  /// The algorithm for SQL: SHA-256 of the UTF-8 bytes without a byte order mark, with LF line
  /// endings and a single one at the end.
  public static let checksumAlgorithm = "sha256-lf"

  /// The algorithm name for the declared revision of a migration in Swift.
  public static let declaredRevision = "declared"

  /// Creates a migration in SQL.
  ///
  /// Line endings and a byte order mark do not affect the checksum. Line endings in quotes run as
  /// they stand.
  ///
  /// - Parameters:
  ///   - version: the version.
  ///   - name: the name, in lower-case letters, digits and underscores.
  ///   - kind: when it runs.
  ///   - up: the statements that apply it.
  ///   - down: the statements that revert it; nil if it is not reversible.
  public init(
    version: MigrationVersion, name: String, kind: Kind = .versioned, up: String,
    down: String? = nil
  ) {
    let text = Self.runnable(up)
    self.init(
      version: version, name: name, kind: kind, up: text, down: down.map(Self.runnable),
      checksum: Self.checksum(of: text))
  }

  /// Creates a migration in Swift, for changes that SQL cannot express.
  ///
  /// The ledger cannot record code, so a program without the code cannot revert it.
  ///
  /// - Parameters:
  ///   - version: the version.
  ///   - name: the name, in lower-case letters, digits and underscores.
  ///   - revision: the revision of the code, which takes the place of a checksum; the code of a
  ///     released revision must not change.
  ///   - up: applies the migration, in the runner's transaction.
  ///   - down: reverts the migration; nil if it is not reversible.
  public init(
    version: MigrationVersion, name: String, revision: String = "1",
    up: @escaping @Sendable (borrowing MigrationTransaction) throws -> Void,
    down: (@Sendable (borrowing MigrationTransaction) throws -> Void)? = nil
  ) {
    self.init(
      version: version, name: name, kind: .versioned, up: "", down: nil, checksum: revision,
      algorithm: Self.declaredRevision, code: Code(up: up, down: down))
  }

  /// Creates a migration from a generated file, whose texts and checksum a test verifies.
  package init(
    version: MigrationVersion, name: String, embedded up: String, down: String?, checksum: String
  ) {
    self.init(
      version: version, name: name, kind: .versioned, up: up, down: down, checksum: checksum)
  }

  init(
    version: MigrationVersion, name: String, kind: Kind, up: String, down: String?,
    checksum: String, algorithm: String = Migration.checksumAlgorithm, file: String? = nil,
    downFile: String? = nil, downLine: Int = 1, allowsOutOfOrder: Bool = false, code: Code? = nil
  ) {
    self.version = version
    self.name = name
    self.kind = kind
    self.up = up
    self.down = down
    self.checksum = checksum
    self.algorithm = algorithm
    self.file = file ?? MigrationFileName.canonical(kind, version, name, .up)
    let hasDown = down != nil || code?.down != nil
    self.downFile =
      downFile ?? (hasDown ? MigrationFileName.canonical(kind, version, name, .down) : nil)
    self.downLine = downLine
    self.allowsOutOfOrder = allowsOutOfOrder
    self.code = code
  }
}

extension Migration: Hashable {
  /// Whether both have the same identity, checksum and down script.
  public static func == (left: Migration, right: Migration) -> Bool {
    left.version == right.version && left.name == right.name && left.kind == right.kind
      && left.checksum == right.checksum && left.algorithm == right.algorithm
      && left.down == right.down
  }

  /// Hashes the version, name and checksum.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(version)
    hasher.combine(name)
    hasher.combine(checksum)
  }
}

extension Migration {
  /// Returns the digest of bytes as they are.
  static func digest(of bytes: some Sequence<UInt8>) -> String {
    SHA256.hexDigest(of: Array(bytes))
  }

  /// Returns the checksum of a text with normalized line endings.
  package static func checksum(of text: String) -> String {
    let bytes = Array(text.utf8)
    return SHA256.hexDigest(of: bytes.contains(UInt8(ascii: "\r")) ? normalized(bytes) : bytes)
  }

  /// Returns the text as it runs: with normalized line endings outside quotes.
  private static func runnable(_ text: String) -> String {
    String(decoding: runnable(Array(text.utf8)), as: UTF8.self)
  }

  /// Returns the bytes as they run: without a byte order mark, and with normalized line endings
  /// outside quotes, where they may be part of a value.
  static func runnable(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\r")) else { return normalized(bytes) }
    var scanner = QuoteScanner()
    var result: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let end =
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      var line = bytes[start..<end]
      scanner.read(line)
      if !scanner.isQuoted, line.suffix(2) == [UInt8(ascii: "\r"), UInt8(ascii: "\n")] {
        line = line.dropLast(2)
        result += line
        result.append(UInt8(ascii: "\n"))
      } else {
        result += line
      }
      start = end
    }
    if result.starts(with: [0xef, 0xbb, 0xbf]) { result.removeFirst(3) }
    guard !scanner.isQuoted else { return result }
    while let last = result.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      result.removeLast()
    }
    result.append(UInt8(ascii: "\n"))
    return result
  }

  /// Returns the text as it is hashed, with normalized line endings.
  package static func normalized(_ text: String) -> String {
    String(decoding: normalized(Array(text.utf8)), as: UTF8.self)
  }

  /// Returns the bytes with normalized line endings and without a byte order mark.
  static func normalized(_ bytes: [UInt8]) -> [UInt8] {
    let newline = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    let hasMark = bytes.starts(with: [0xef, 0xbb, 0xbf])
    var result = hasMark ? Array(bytes.dropFirst(3)) : bytes
    if result.contains(carriageReturn) {
      var kept: [UInt8] = []
      kept.reserveCapacity(result.count + 1)
      for byte in result {
        if byte == newline, kept.last == carriageReturn { kept.removeLast() }
        kept.append(byte)
      }
      result = kept
    }
    while let last = result.last, last == newline || last == carriageReturn {
      result.removeLast()
    }
    result.append(newline)
    return result
  }
}
