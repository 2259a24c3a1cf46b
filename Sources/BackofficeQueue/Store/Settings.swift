/// A value that a store keeps in its file for all processes, such as how long a pack waits with reminders.
///
/// A pack declares its settings, and reads and changes them by ``Settings``:
///
/// ```swift
/// extension StoreSetting<Int> {
///   static let reminderDays = StoreSetting("visits.reminder_days", default: 14)
/// }
///
/// let days = try transaction.settings.value(of: .reminderDays)
/// ```
public struct StoreSetting<Value: Codable & Sendable>: Sendable {
  /// What it is called; begins with the name of its pack, such as `visits.reminder_days`.
  public let name: String
  /// The value in a store in which it was not set.
  public let defaultValue: Value

  /// Declares a setting.
  ///
  /// - Parameters:
  ///   - name: begins with the name of the pack; two settings with one name share a value.
  ///   - defaultValue: the value in a store in which it was not set.
  public init(_ name: String, default defaultValue: Value) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

/// The settings of a store and of its packs, kept in the file.
public struct Settings: Sendable {
  let access: DatabaseAccess
}

extension BackofficeStore {
  /// The settings of the store and of its packs.
  public var settings: Settings { Settings(access: access) }
}

extension WriteTransaction {
  /// The settings of the store and of its packs, inside this transaction.
  public var settings: Settings { Settings(access: DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// The settings of the store and of its packs, as of this transaction.
  public var settings: Settings { Settings(access: DatabaseAccess(self)) }
}

extension Settings {
  private static let find = SQLStatement("SELECT value FROM store_settings WHERE key = ?")

  private static let write = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET value = ?2, updated_at = ?3
    """)

  private static let remove = SQLStatement("DELETE FROM store_settings WHERE key = ?")

  /// The value of a setting, or its default where it was not set.
  ///
  /// - Throws: `DecodingError` when the file holds a value of another type.
  /// - Complexity: one look-up by the key.
  public func value<Value>(of setting: StoreSetting<Value>) throws -> Value {
    let stored: JSONText? = try access.readOnce { transaction in
      try transaction.fetchOne(Self.find, setting.name) { try $0.value(at: 0) }
    }
    return try stored?.decode() ?? setting.defaultValue
  }

  /// Sets a setting; it is in the file and holds for all processes.
  ///
  /// - Parameters:
  ///   - setting: the setting.
  ///   - value: the value; nil for the default.
  /// - Throws: `EncodingError` when the value cannot be written as JSON.
  public func set<Value>(_ setting: StoreSetting<Value>, to value: Value?) throws {
    let text = try value.map { try JSONText(encoding: $0) }
    try access.write { transaction in
      if let text {
        try transaction.execute(Self.write, setting.name, text, transaction.now)
      } else {
        try transaction.execute(Self.remove, setting.name)
      }
    }
  }
}
