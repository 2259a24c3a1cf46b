import CBackofficeSQLite

/// File system operations without Foundation.
package enum FileSystem {
  /// The operating system's description of a failed call.
  package struct Failure: Error {
    package let reason: String

    let code: Int32

    init(_ code: Int32) {
      self.code = code
      reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
  }

  /// Returns the names in a folder, sorted by their bytes.
  package static func names(in path: String) throws(Failure) -> [String] {
    final class Names { var all: [String] = [] }
    let names = Names()
    let code = unsafe backoffice_list_folder(path, Unmanaged.passUnretained(names).toOpaque()) {
      context, name in
      guard let context = unsafe context, let name = unsafe name else { return }
      let names = unsafe Unmanaged<Names>.fromOpaque(context).takeUnretainedValue()
      unsafe names.all.append(String(cString: name))
    }
    guard code == 0 else { throw Failure(code) }
    return names.all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a path refers to a folder.
  package static func isFolder(_ path: String) -> Bool { unsafe backoffice_is_folder(path) == 1 }

  /// Whether a path refers to an existing file or folder.
  package static func exists(_ path: String) -> Bool { unsafe backoffice_is_folder(path) >= 0 }

  /// Reads the bytes of a file.
  package static func read(_ path: String) throws(Failure) -> [UInt8] {
    var size: Int64 = 0
    let file = unsafe backoffice_open_file(path, &size)
    guard file >= 0 else { throw Failure(-file) }
    defer { backoffice_close_file(file) }
    var failure: Int64 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      let read = unsafe backoffice_read_file(file, buffer.baseAddress, size)
      failure = min(0, read)
      count = Int(max(0, read))
    }
    guard failure == 0 else { throw Failure(Int32(truncatingIfNeeded: -failure)) }
    return bytes
  }

  /// Writes a file, replacing its content.
  package static func write(_ text: String, to path: String) throws(Failure) {
    let bytes = Array(text.utf8)
    let code = unsafe backoffice_write_file(path, bytes, Int64(bytes.count))
    guard code == 0 else { throw Failure(code) }
  }

  /// Creates an empty file with the permissions and the owner of another one.
  ///
  /// - Parameters:
  ///   - path: the file to create; it must not exist.
  ///   - model: the file whose permissions and owner it takes over; nil for the usual ones.
  package static func create(_ path: String, like model: String?) throws(Failure) {
    let code = unsafe backoffice_create_like(path, model)
    guard code == 0 else { throw Failure(code) }
  }

  /// Removes a file if it exists.
  package static func remove(_ path: String) { _ = unsafe backoffice_remove_file(path) }

  /// The free space on the volume of `path`, in bytes; nil if it is unknown.
  package static func freeBytes(at path: String) -> Int64? {
    let free = unsafe backoffice_free_bytes(path)
    return free < 0 ? nil : free
  }
}
