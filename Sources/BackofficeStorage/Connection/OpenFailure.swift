/// Why a file cannot be used as a store, or a copy cannot take its name.
public enum OpenFailure: Sendable, Hashable {
  /// There is no such file, and it was to be read only.
  case missing
  /// The folder that shall hold the file does not exist.
  case folderMissing
  /// The path is a folder's.
  case isFolder
  /// The file may not be read.
  case unreadable
  /// The file may not be written, though it was to be.
  case readOnlyFile
  /// The folder may not be written, where SQLite keeps the log and its index beside the file.
  case readOnlyFolder
  /// The file has no content, and was to be read only.
  case empty
  /// The file does not begin as a SQLite database does.
  case notADatabase
  /// SQLite found the file malformed; its own words.
  case damaged(String)
  /// The file belongs to another program: its mark in the header, and some of its tables.
  case foreign(applicationID: Int32, tables: [String])
  /// The write-ahead log beside the file was written for another file.
  case foreignLog
  /// The disk, or the quota of the user, is full.
  case diskFull
  /// The process has as many files open as it may.
  case tooManyOpenFiles
  /// The file system refused locks or shared memory; what SQLite answered.
  case locksUnsupported(ResultCode)
  /// The file system does not support WAL at all.
  case writeAheadLogUnsupported
  /// The target exists, and nobody said that it may be replaced.
  case exists
  /// A program has the file open.
  case inUse
  /// Another copy is being written under the same passing name; SQLite's words.
  case copyInProgress(String)
  /// A finished copy could not be synced and moved to its name.
  case notPublished
  /// A finished copy has its name, but the disk did not promise to keep that name.
  case notDurable
  /// The operating system refused; SQLite's words.
  case refused(String)
}

extension OpenFailure: CustomStringConvertible {
  /// Why, and what to do, without the path.
  public var description: String {
    switch self {
    case .missing: "there is no such file; check the path"
    case .folderMissing: "its folder is missing; make the folder first"
    case .isFolder: "it is a folder; name a file in it"
    case .unreadable: "it may not be read; mend the rights of the file"
    case .readOnlyFile: "the file may not be written; open it read-only, or mend its rights"
    case .readOnlyFolder:
      "its folder may not be written, and the log needs that, even for reading; "
        + "mend the rights of the folder, or copy the file elsewhere"
    case .empty: "the file is empty; open it for writing once to make it a store"
    case .notADatabase: "this is no SQLite database, or it is encrypted"
    case .damaged(let words): "the file is damaged (\(words)); restore a backup"
    case .foreign(let applicationID, let tables):
      "it belongs to another program (application id \(applicationID), "
        + "tables \(tables.isEmpty ? "none" : tables.joined(separator: ", "))); "
        + "use a file of its own, or allow it in the settings"
    case .foreignLog:
      "the write-ahead log beside it belongs to another file; "
        + "move the file ending in -wal away if this file is whole without it"
    case .diskFull: "the disk is full; make room and open it again"
    case .tooManyOpenFiles: "the process has too many files open; close some or raise the limit"
    case .locksUnsupported(let code):
      "its file system refuses locks or shared memory, as network file systems do (\(code)); "
        + "move it to a local disk"
    case .writeAheadLogUnsupported:
      "its file system does not support WAL (shared memory); move it to a local disk"
    case .exists: "it exists already; name another file, or ask for it to be replaced"
    case .inUse: "a program has it open; end it first"
    case .copyInProgress(let words): "another backup writes it, or it cannot be read (\(words))"
    case .notPublished: "the finished copy could not be moved to its name; check disk and rights"
    case .notDurable:
      "the finished copy has its name, but its folder could not be synced; check the disk"
    case .refused(let words): "the operating system refused (\(words))"
    }
  }
}
