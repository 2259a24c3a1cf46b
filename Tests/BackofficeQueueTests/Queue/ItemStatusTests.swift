import BackofficeStorage
import Testing

@testable import BackofficeQueue

@Suite("Status of an item")
struct ItemStatusTests {
  private func decoded(_ word: String, _ store: Database) throws -> QueueItem.Status? {
    try store.read { transaction in
      try transaction.fetchOne(sql: "SELECT ?", word) { row in
        try row.value(at: 0, as: QueueItem.Status.self)
      }
    }
  }

  @Test("Each name decodes as its case")
  func words() throws {
    let store = try Database(.memory)
    for status in QueueItem.Status.allCases {
      #expect(try decoded(status.rawValue, store) == status)
    }
  }

  @Test("A name that differs in one letter or in its length does not decode as a status")
  func otherWords() throws {
    let store = try Database(.memory)
    for status in QueueItem.Status.allCases {
      let word = Array(status.rawValue)
      for place in word.indices {
        var other = word
        other[place] = "x"
        #expect(throws: RowDecodingError.self) { try decoded(String(other), store) }
      }
      for other in [word + ["s"], Array(word.dropLast()), []] {
        #expect(throws: RowDecodingError.self) { try decoded(String(other), store) }
      }
    }
  }
}
