/// A value that is stored in the file for all processes, such as the number of days before a reminder.
///
/// A pack declares its settings, and reads and changes them through ``Settings``:
///
/// ```swift
/// extension StoreSetting<Int> {
///   static let reminderDays = StoreSetting("visits.reminder_days", default: 14)
/// }
///
/// let days = try transaction.settings.value(of: .reminderDays)
/// ```
public struct StoreSetting<Value: Codable & Sendable>: Sendable {
  /// The name, which begins with that of the pack, such as `visits.reminder_days`.
  public let name: String
  /// The value while the setting is not set.
  public let defaultValue: Value

  /// Declares a setting.
  ///
  /// - Parameters:
  ///   - name: begins with the name of the pack; two settings with one name share a value.
  ///   - defaultValue: the value while the setting is not set.
  public init(_ name: String, default defaultValue: Value) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

/// The settings of a store and of its packs, kept in the file.
public struct Settings: Sendable {
  let access: DatabaseAccess
}

extension RepositoryProvider where Self: ~Copyable {
  /// The settings of the store and of its packs.
  public var settings: Settings { Settings(access: access) }
}

extension Settings {
  fileprivate static let find = SQLStatement("SELECT value FROM store_settings WHERE key = ?")

  private static let write = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET value = ?2, updated_at = ?3
    """)

  private static let remove = SQLStatement("DELETE FROM store_settings WHERE key = ?")

  /// The value of a setting, or its default where it was not set.
  ///
  /// - Throws: ``StorePackError/undecodableSetting(_:reason:)`` when the file holds a value of another
  ///   type.
  /// - Complexity: one look-up by the key.
  public func value<Value>(of setting: StoreSetting<Value>) throws -> Value {
    try access.readOnce { transaction in try setting.value(in: transaction) }
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

extension StoreSetting {
  /// The value inside any transaction; the default while the setting is not set.
  package func value(in transaction: borrowing some Transaction & ~Copyable) throws -> Value {
    let stored: JSONText? = try transaction.fetchOne(Settings.find, name) { try $0.value(at: 0) }
    guard let stored else { return defaultValue }
    do {
      return try stored.decode()
    } catch let error as DecodingError {
      throw StorePackError.undecodableSetting(name, reason: error.place)
    }
  }
}
