/// One step of a schema: what brings it in, and what takes it out again.
///
/// A step that was released is never edited: what changed later is a step of its own.
public struct Migration: Sendable {
  /// When a migration runs.
  public enum Kind: String, Sendable, Hashable {
    /// Once, in the order of the versions.
    case versioned
    /// After the versioned ones, whenever its text has changed: for views and the like.
    case repeatable
    /// In place of every versioned one up to its number, on a file that has none of them yet.
    case squash
  }

  /// The work of a migration that is written in Swift.
  package struct Code: Sendable {
    package let up: @Sendable (borrowing MigrationTransaction) throws -> Void
    package let down: (@Sendable (borrowing MigrationTransaction) throws -> Void)?
  }

  /// The number that orders it within its pack; zero for a repeatable one.
  public let version: MigrationVersion
  /// What it is about.
  public let name: String
  /// When it runs.
  public let kind: Kind
  /// The statements that bring it in; empty for one in Swift.
  public let up: String
  /// The statements that restore the schema before it; nil when there is no way back, or when that
  /// is written in Swift.
  public let down: String?
  /// What tells this text from an edited one: the digest of ``up``, or the revision that a migration
  /// in Swift declares.
  public let checksum: String
  /// How ``checksum`` is made, as the ledger notes it.
  public let algorithm: String
  /// The name of the file that brings it in, as it lies in its folder.
  public let file: String
  /// The name of the file with the way back; nil without one.
  public let downFile: String?
  /// The line of ``downFile`` at which ``down`` begins, counted from 1.
  public let downLine: Int
  /// Whether its file says that it may run although a later one has.
  public let allowsOutOfOrder: Bool
  package let code: Code?

  /// Whether the migration can be taken out again.
  public var isReversible: Bool { down != nil || code?.down != nil }

  /// How ``checksum`` of a text is made: SHA-256 of its UTF-8 bytes without a byte order mark, with
  /// LF line ends, and one of those at its end.
  public static let checksumAlgorithm = "sha256-lf"

  /// The ledger's name for the revision that a migration in Swift declares.
  public static let declaredRevision = "declared"

  /// Creates a migration of SQL; line ends and a byte order mark of its texts do not matter.
  public init(
    version: MigrationVersion, name: String, kind: Kind = .versioned, up: String,
    down: String? = nil
  ) {
    let text = Self.normalized(up)
    self.init(
      version: version, name: name, kind: kind, up: text, down: down.map(Self.normalized),
      checksum: Self.checksum(of: text))
  }

  /// Creates a migration in Swift, for what SQL cannot say.
  ///
  /// The ledger cannot keep its way back: an older program, which does not have the code, cannot
  /// take it out.
  ///
  /// - Parameters:
  ///   - version: its number.
  ///   - name: what it is about.
  ///   - revision: what tells it from an edited one; never change what a released revision does.
  ///   - up: brings it in, inside the runner's transaction.
  ///   - down: takes it out; nil when there is no way back.
  public init(
    version: MigrationVersion, name: String, revision: String = "1",
    up: @escaping @Sendable (borrowing MigrationTransaction) throws -> Void,
    down: (@Sendable (borrowing MigrationTransaction) throws -> Void)? = nil
  ) {
    self.init(
      version: version, name: name, kind: .versioned, up: "", down: nil, checksum: revision,
      algorithm: Self.declaredRevision, code: Code(up: up, down: down))
  }

  /// A migration whose texts and checksum come from a generated file that a test keeps true.
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
  /// Whether both are the same text, or the same revision of the same migration in Swift.
  public static func == (left: Migration, right: Migration) -> Bool {
    left.version == right.version && left.name == right.name && left.kind == right.kind
      && left.checksum == right.checksum && left.algorithm == right.algorithm
      && left.down == right.down
  }

  /// Feeds what makes two migrations equal.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(version)
    hasher.combine(name)
    hasher.combine(checksum)
  }
}

extension Migration {
  /// The digest of a text that is normalised already.
  package static func checksum(of text: String) -> String {
    SHA256.hexDigest(of: Array(text.utf8))
  }

  /// The text as it is hashed and run, the same after any editor and checkout.
  package static func normalized(_ text: String) -> String {
    String(decoding: normalized(Array(text.utf8)), as: UTF8.self)
  }

  /// As the one for texts, without another look when the bytes are as they should be.
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
