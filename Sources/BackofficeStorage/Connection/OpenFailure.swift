/// The reason why a file cannot be used as a store, or why a copy cannot be created.
public enum OpenFailure: Sendable, Hashable {
  /// The text is empty, contains a NUL, or is `:memory:`.
  case notAPath
  /// The absolute path is longer than SQLite accepts.
  case pathTooLong(maximumBytes: Int)
  /// The file was moved, removed or replaced while the store was open.
  case replaced
  /// Another connection has locked the file for itself (`locking_mode=EXCLUSIVE`).
  case lockedExclusively
  /// The file does not exist and was opened read-only.
  case missing
  /// The folder of the file does not exist.
  case folderMissing
  /// The path refers to a folder.
  case isFolder
  /// The file is not readable.
  case unreadable
  /// The file is not writable.
  case readOnlyFile
  /// The folder is not writable. SQLite keeps the log and its index in it.
  case readOnlyFolder
  /// The file is empty and was opened read-only.
  case empty
  /// The file does not have the header of a SQLite database.
  case notADatabase
  /// SQLite found the file malformed; the value is SQLite's message.
  case damaged(String)
  /// The file belongs to another program, with this application ID and these tables, among others.
  case foreign(applicationID: Int32, tables: [String])
  /// The write-ahead log next to the file was written for another file.
  case foreignLog
  /// The disk or the user's quota is full.
  case diskFull
  /// The process has too many open files.
  case tooManyOpenFiles
  /// The file system does not support locks or shared memory; the value is SQLite's result code.
  case locksUnsupported(ResultCode)
  /// The file system does not support WAL mode.
  case writeAheadLogUnsupported
  /// The target exists and may not be replaced.
  case exists
  /// Another connection has the file open.
  case inUse
  /// Another copy is being written under the same temporary name; the value is SQLite's message.
  case copyInProgress(String)
  /// A finished copy could not be synced and renamed.
  case notPublished
  /// A finished copy was renamed, but its folder could not be synced.
  case notDurable
  /// The operating system refused access; the value is SQLite's message.
  case refused(String)
}

extension OpenFailure: CustomStringConvertible {
  /// The reason and the remedy, without the path.
  public var description: String {
    switch self {
    case .notAPath:
      "it is not the path of a file; use Location.memory for a database in memory"
    case .pathTooLong(let maximum):
      "its absolute path has more than \(maximum) bytes; use a shorter one"
    case .replaced:
      "the file was moved, removed or replaced while the store was open; "
        + "close the store and open it again"
    case .lockedExclusively:
      "another connection has locked the file for itself; close that connection first"
    case .missing: "the file does not exist; check the path"
    case .folderMissing: "its folder does not exist; create the folder first"
    case .isFolder: "it is a folder; use the path of a file"
    case .unreadable: "it is not readable; change the permissions of the file"
    case .readOnlyFile: "the file is not writable; open it read-only, or change its permissions"
    case .readOnlyFolder:
      "its folder is not writable, which the log requires even for reading; "
        + "change the permissions of the folder, or copy the file elsewhere"
    case .empty: "the file is empty; open it for writing to create a store"
    case .notADatabase: "it is not a SQLite database, or it is encrypted"
    case .damaged(let words): "the file is damaged (\(words)); restore a backup"
    case .foreign(let applicationID, let tables):
      "it belongs to another program (application ID \(applicationID), "
        + "tables \(tables.isEmpty ? "none" : tables.joined(separator: ", "))); "
        + "use another file, or accept foreign files in the configuration"
    case .foreignLog:
      "the write-ahead log next to it belongs to another file; "
        + "if the file is complete without it, move the -wal file away"
    case .diskFull: "the disk is full; free disk space and try again"
    case .tooManyOpenFiles: "the process has too many open files; close some or raise the limit"
    case .locksUnsupported(let code):
      "its file system does not support locks or shared memory (\(code)); "
        + "move it to a local disk"
    case .writeAheadLogUnsupported:
      "its file system does not support WAL (shared memory); move it to a local disk"
    case .exists: "it already exists; choose another path, or move the file away"
    case .inUse: "it is in use by another connection; close that first"
    case .copyInProgress(let words): "another backup is writing it, or it cannot be read (\(words))"
    case .notPublished: "the finished copy could not be renamed; check the disk and the permissions"
    case .notDurable:
      "the copy is complete, but its folder could not be synced; check the disk"
    case .refused(let words): "the operating system refused access (\(words))"
    }
  }
}
