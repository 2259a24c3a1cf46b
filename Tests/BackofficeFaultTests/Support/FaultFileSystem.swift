import BackofficeStorage
import CBackofficeFaultVFS

/// A file system of a test's own that counts operations, fails chosen ones, and records the rest.
///
/// @unchecked Sendable: the C side guards its state with a mutex, and the pointer never changes.
@safe
final class FaultFileSystem: @unchecked Sendable {
  private let vfs: OpaquePointer

  struct NoMemory: Error {}

  init() throws {
    guard let vfs = unsafe faultvfs_create() else { throw NoMemory() }
    unsafe self.vfs = unsafe vfs
  }

  deinit { unsafe faultvfs_destroy(vfs) }

  /// The name under which SQLite knows it.
  var name: String { unsafe String(cString: faultvfs_name(vfs)) }

  // MARK: Faults

  /// Counts the operations that `fault` would hit, from 0, and fails none.
  func count(_ kind: Fault.Kind) { unsafe faultvfs_reset(vfs, kind.mask) }

  /// Counts from 0, and fails what `fault` says.
  func arm(_ fault: Fault) {
    unsafe faultvfs_arm(
      vfs, fault.kind.mask, Int64(fault.operation), fault.isPersistent ? 1 : 0, fault.kind.code)
  }

  /// The disk is well again.
  func disarm() { unsafe faultvfs_disarm(vfs) }

  var operations: Int { unsafe Int(faultvfs_count(vfs)) }
  /// What operation `index` was, when operations were only counted.
  func kind(of index: Int) -> Int { unsafe Int(faultvfs_kind(vfs, Int64(index))) }

  var failedOperations: Int { unsafe Int(faultvfs_failed(vfs)) }
  var openFiles: Int { unsafe Int(faultvfs_open_files(vfs)) }

  /// The first operation that failed, in the words of SQLite's VFS.
  var failedOperation: String {
    let names = [
      "open", "delete", "access", "read", "write", "truncate", "sync", "size", "lock", "shm-map",
      "shm-lock", "publish-sync", "publish-rename", "publish-folder",
    ]
    let bit = unsafe faultvfs_failed_operation(vfs)
    return bit == 0 ? "none" : names[bit.trailingZeroBitCount]
  }

  /// The steps by which finished copies get their names, on this disk.
  var publisher: FilePublisher {
    FilePublisher(
      sync: { unsafe faultvfs_publish_sync(self.vfs, $0) == 0 },
      rename: { unsafe faultvfs_publish_rename(self.vfs, $0, $1) == 0 },
      syncFolder: { unsafe faultvfs_publish_folder(self.vfs, $0) == 0 })
  }

  // MARK: Recording

  /// Records from now on; what the folder's files hold counts as durable.
  func record(_ folder: String) throws {
    guard unsafe faultvfs_record(vfs, folder) == 0 else { throw NoMemory() }
  }

  func stopRecording() { unsafe faultvfs_stop_recording(vfs) }

  func acknowledge() { unsafe faultvfs_acknowledge(vfs) }

  var recorded: Int { unsafe Int(faultvfs_recorded(vfs)) }

  func acknowledged(before operation: Int) -> Int {
    unsafe Int(faultvfs_acknowledged(vfs, Int64(operation)))
  }

  func isBarrier(_ operation: Int) -> Bool {
    unsafe faultvfs_is_barrier(vfs, Int64(operation)) != 0
  }

  /// Writes to `folder` what a power failure before `operation` leaves; answers a digest of it.
  func image(
    before operation: Int, _ loss: PowerLoss, seed: UInt64, to folder: String
  ) throws -> UInt64 {
    var digest: UInt64 = 0
    guard
      unsafe faultvfs_image(vfs, Int64(operation), loss.rawValue, seed, folder, &digest) == 0
    else { throw NoMemory() }
    return digest
  }
}

/// What a power failure leaves of the writes that no sync covers.
enum PowerLoss: Int32, CaseIterable {
  case dropped, kept, mixed, torn
}

/// Which operation fails, and how.
struct Fault: Sendable, CustomStringConvertible {
  enum Kind: String, Sendable {
    case ioError = "I/O error"
    case diskFull = "disk full"
    case failedSync = "failed sync"
    case locking = "refused lock"

    /// The operations that are counted: a full disk fails only what needs room.
    var mask: UInt32 {
      switch self {
      case .ioError: UInt32(FAULTVFS_EVERYTHING)
      case .diskFull: UInt32(FAULTVFS_GROWTH)
      case .failedSync: UInt32(FAULTVFS_SYNC)
      case .locking: UInt32(FAULTVFS_LOCK | FAULTVFS_SHM_MAP | FAULTVFS_SHM_LOCK)
      }
    }

    var code: Int32 {
      Int32(self == .diskFull ? FAULTVFS_DISK_FULL : FAULTVFS_IO_ERROR)
    }
  }

  let kind: Kind
  let operation: Int
  let isPersistent: Bool

  var description: String {
    "\(kind.rawValue) \(isPersistent ? "from" : "at") operation \(operation)"
      + (isPersistent ? " on" : "")
  }
}

/// What a file holds, and what SQLite finds wrong with it.
struct Inspection {
  /// What `integrity_check` and `foreign_key_check` found; empty when the file is sound.
  let problems: String
  /// A line a table: its name, the number of its rows, and a digest of them.
  let state: String

  init(_ path: String) {
    var problems: UnsafeMutablePointer<CChar>?
    var state: UnsafeMutablePointer<CChar>?
    _ = unsafe faultvfs_inspect(path, &problems, &state)
    self.problems = unsafe problems.map { unsafe String(cString: $0) } ?? ""
    self.state = unsafe state.map { unsafe String(cString: $0) } ?? ""
    unsafe faultvfs_free(problems)
    unsafe faultvfs_free(state)
  }

  /// The tables that differ, for messages.
  static func difference(_ found: String, from expected: String) -> String {
    let found = Set(found.split(separator: "\n"))
    let expected = Set(expected.split(separator: "\n"))
    return "expected " + expected.subtracting(found).sorted().joined(separator: ", ")
      + ", found " + found.subtracting(expected).sorted().joined(separator: ", ")
  }
}
