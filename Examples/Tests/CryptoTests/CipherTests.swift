import Backoffice
import BackofficeCrypto
import Crypto
import Foundation
import Testing

@Suite("Payloads sealed with AES-GCM")
struct CipherTests {
  struct Letter: Job, Equatable {
    static let kind = "letter"
    var secret: String
  }

  private let january = SymmetricKey(size: .bits256)
  private let february = SymmetricKey(size: .bits256)
  private let letter = Letter(secret: "open sesame, 40 thieves")

  private func cipher(
    _ current: String, _ keys: [String: SymmetricKey]
  ) throws -> AESGCMCipher {
    try AESGCMCipher(current: current, keys: keys)
  }

  private func store(
    _ path: String, _ cipher: AESGCMCipher?
  ) throws -> BackofficeStore {
    var configuration = BackofficeStore.Configuration()
    configuration.cipher = cipher
    return try BackofficeStore(.file(path), configuration: configuration)
  }

  private func withFile(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-crypto-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appendingPathComponent("store.sqlite").path)
  }

  /// Runs a worker until `count` attempts have ended, and answers what its handler got.
  private func work(_ store: BackofficeStore, ends count: Int) async throws -> [Letter] {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let (letters, got) = AsyncStream.makeStream(of: Letter.self)
    var handlers = JobHandlers()
    handlers.on(Letter.self) { letter, _ in _ = got.yield(letter) }
    var configuration = Worker.Configuration(name: "w")
    configuration.onEvent = { event in if case .ended = event { end.yield() } }
    let worker = try Worker(store, configuration: configuration, handlers: handlers)
    let run = Task { try await worker.run() }
    var seen = 0
    for await _ in ends {
      seen += 1
      if seen == count { break }
    }
    worker.shutdown()
    try await run.value
    got.finish()
    var all: [Letter] = []
    for await letter in letters { all.append(letter) }
    return all
  }

  @Test("The file holds nothing of a payload, and a worker gets it as it was")
  func unreadable() async throws {
    try await withFile { path in
      let store = try store(path, cipher("jan", ["jan": january]))
      let id = try store.queue.enqueue(letter).id
      let twin = try store.queue.enqueue(letter).id
      let items = try [id, twin].map { try #require(try store.queue.find($0)) }
      #expect(items.allSatisfy { $0.payloadKey == "jan" })
      let stored = try [id, twin].map { id in
        try store.read { transaction in
          try transaction.fetchOne(
            sql: "SELECT payload FROM queue_items WHERE id = ?", id
          ) { row in try row.value(at: 0, as: [UInt8].self) }
        }
      }
      #expect(stored[0] != stored[1])
      #expect(try store.queue.payload(of: items[0]).decode(Letter.self) == letter)
      #expect(try await work(store, ends: 2) == [letter, letter])
      store.close()
      for suffix in ["", "-wal"] {
        guard let bytes = FileManager.default.contents(atPath: path + suffix) else { continue }
        for word in ["open sesame", "thieves", Data("open sesame".utf8).base64EncodedString()] {
          #expect(bytes.range(of: Data(word.utf8)) == nil)
        }
      }
    }
  }

  @Test("Without its key an item fails visibly, the worker goes on, and the key brings it back")
  func wrongKey() async throws {
    try await withFile { path in
      let first = try store(path, cipher("jan", ["jan": january]))
      let id = try first.queue.enqueue(letter) { $0.maxAttempts = 1 }.id
      first.close()
      // The same name for another key, and then no key of that name at all.
      for keys in [["jan": february, "feb": february], ["feb": february]] {
        let second = try store(path, cipher("feb", keys))
        let other = Letter(secret: "hello")
        try second.queue.enqueue(other)
        #expect(try await work(second, ends: 2) == [other])
        let failed = try #require(try second.queue.find(id))
        #expect(failed.status == .failed)
        #expect(failed.errorCode == JobHandlers.sealedPayload)
        #expect(failed.errorMessage?.contains("jan") == true)
        #expect(try second.queue.failed().elements.map(\.id) == [id])
        try second.queue.retry(id)
        second.close()
      }
      let third = try store(path, cipher("feb", ["jan": january, "feb": february]))
      #expect(try await work(third, ends: 1) == [letter])
      #expect(try third.queue.find(id)?.status == .completed)
      #expect(try third.check() == [])
      third.close()
    }
  }

  @Test("Keys change under a running queue: old payloads open, new ones have the new key")
  func rotation() async throws {
    try await withFile { path in
      let before = try store(path, cipher("jan", ["jan": january]))
      let old = try before.queue.enqueue(letter).id
      before.close()
      let after = try store(path, cipher("feb", ["jan": january, "feb": february]))
      let new = try after.queue.enqueue(letter).id
      #expect(try after.queue.find(old)?.payloadKey == "jan")
      #expect(try after.queue.find(new)?.payloadKey == "feb")
      #expect(try await work(after, ends: 2) == [letter, letter])
      after.close()
    }
  }

  @Test("A payload that was moved to another item, changed, or renamed to another key is refused")
  func authentic() throws {
    let cipher = try cipher("jan", ["jan": january, "feb": february])
    let (item, other) = (
      EntityReference(.queueItem, ID<QueueItem>(high: 1, low: 1)),
      EntityReference(.queueItem, ID<QueueItem>(high: 1, low: 2))
    )
    let secret = Array("secret".utf8)
    let sealed = try cipher.seal(secret, for: item)
    #expect(sealed.count == secret.count + 28)
    #expect(try cipher.open(sealed, keyID: "jan", for: item) == secret)
    let changed = sealed.dropLast() + [(sealed.last ?? 0) ^ 1]
    typealias Failure = AESGCMCipher.Failure
    for (bytes, key, id) in [
      (sealed, "jan", other), (sealed, "feb", item), (Array(changed), "jan", item),
      ([], "jan", item),
    ] {
      #expect(throws: Failure.notAuthentic(key: key)) {
        try cipher.open(bytes, keyID: key, for: id)
      }
    }
    #expect(throws: Failure.unknownKey("mar")) {
      try cipher.open(sealed, keyID: "mar", for: item)
    }
  }

  @Test("A cipher without its current key, or with a key of a wrong size, is not made")
  func refused() throws {
    #expect(throws: AESGCMCipher.Failure.noCurrentKey("mar")) {
      try cipher("mar", ["jan": january])
    }
    let short = SymmetricKey(data: [UInt8](repeating: 1, count: 7))
    #expect(throws: AESGCMCipher.Failure.keySize("short", bits: 56)) {
      try cipher("short", ["short": short])
    }
  }
}
