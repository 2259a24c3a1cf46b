import BackofficeQueue
import BackofficeQueueTesting
import Testing

extension StoreSetting<Int> {
  fileprivate static let reminderDays = StoreSetting("visits.reminder_days", default: 14)
}

@Suite("Settings in the file")
struct SettingTests {
  private let store: BackofficeStore

  init() throws {
    store = try TestStore(packs: []).store
  }

  @Test("A setting has its default until it is set, and again after it is removed")
  func values() throws {
    #expect(try store.settings.value(of: .reminderDays) == 14)
    try store.settings.set(.reminderDays, to: 3)
    #expect(try store.settings.value(of: .reminderDays) == 3)
    try store.settings.set(.reminderDays, to: nil)
    #expect(try store.settings.value(of: .reminderDays) == 14)
  }

  @Test(
    "A stored value of another type is an error that names the setting and does not show the value",
    arguments: ["\"secret\"", "null", "[1]", "{}", "1.5"])
  func wrongValue(text: String) throws {
    try store.write { transaction in
      try transaction.execute(
        sql: "INSERT INTO store_settings (key, value, updated_at) VALUES (?, ?, 0)",
        "visits.reminder_days", text)
    }
    do {
      _ = try store.settings.value(of: .reminderDays)
      Issue.record("\(text) was read")
    } catch let error as StorePackError {
      #expect(error.description.contains("visits.reminder_days"))
      #expect(error.description.contains("set it again"))
      #expect(!error.description.contains("secret"))
    }
    try store.settings.set(.reminderDays, to: 5)
    #expect(try store.settings.value(of: .reminderDays) == 5)
  }

  @Test("A stored retention policy that is not one names its setting")
  func retention() throws {
    try store.write { transaction in
      try transaction.execute(
        sql:
          "INSERT INTO store_settings (key, value, updated_at) VALUES ('queue.retention', '7', 0)")
    }
    #expect(throws: StorePackError.self) { try store.queues.retention() }
  }
}
