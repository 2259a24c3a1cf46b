import CBackofficeSQLite

extension OpenFailure {
  /// The reason behind an SQLite error while opening `path`; nil if the error is not about the
  /// file.
  static func explaining(_ error: SQLiteError, path: String, readOnly: Bool) -> OpenFailure? {
    switch error.code.primary {
    case .notADatabase: return .notADatabase
    case .corrupt: return .damaged(error.message)
    case .full: return .diskFull
    case .readOnly:
      return obstacle(path, writing: !readOnly) ?? .readOnlyFile
    case .cannotOpen:
      return ofSystem(error.systemError) ?? obstacle(path, writing: !readOnly)
        ?? .refused(error.message)
    case .ioError:
      if let cause = ofSystem(error.systemError) { return cause }
      // A folder can be opened for reading, but reads from it fail.
      if obstacle(path, writing: false) == .isFolder { return .isFolder }
      // RDLOCK, CHECKRESERVEDLOCK, LOCK, SHMOPEN, SHMSIZE, SHMLOCK and SHMMAP.
      return [9, 14, 15, 18, 19, 20, 21].contains(error.code.rawValue >> 8)
        ? .locksUnsupported(error.code) : nil
    case .busy: return .lockedExclusively
    default: return nil
    }
  }

  /// The reason why a file could not be created.
  static func creating(_ path: String, _ failure: FileSystem.Failure) -> OpenFailure {
    ofSystem(failure.code) ?? obstacle(path, writing: true) ?? .refused(failure.reason)
  }

  /// The reason that the operating system's error number gives, if it is unambiguous.
  private static func ofSystem(_ number: Int32) -> OpenFailure? {
    switch number {
    case ENOSPC, EDQUOT: .diskFull
    case EMFILE, ENFILE: .tooManyOpenFiles
    default: nil
    }
  }

  /// The reason that the state of the path gives.
  private static func obstacle(_ path: String, writing: Bool) -> OpenFailure? {
    let found = unsafe backoffice_file_obstacles(path)
    func has(_ obstacle: Int) -> Bool { found & Int32(obstacle) != 0 }
    if has(BACKOFFICE_FOLDER_IS_MISSING) { return .folderMissing }
    if has(BACKOFFICE_IS_FOLDER) { return .isFolder }
    if has(BACKOFFICE_IS_MISSING) {
      return writing && has(BACKOFFICE_FOLDER_IS_UNWRITABLE) ? .readOnlyFolder : .missing
    }
    if has(BACKOFFICE_IS_UNREADABLE) { return .unreadable }
    if writing, has(BACKOFFICE_IS_UNWRITABLE) { return .readOnlyFile }
    if has(BACKOFFICE_FOLDER_IS_UNWRITABLE) { return .readOnlyFolder }
    return nil
  }

  /// Whether a file exists and is empty.
  static func isEmpty(_ path: String) -> Bool {
    unsafe backoffice_file_obstacles(path) & Int32(BACKOFFICE_IS_EMPTY) != 0
  }
}
