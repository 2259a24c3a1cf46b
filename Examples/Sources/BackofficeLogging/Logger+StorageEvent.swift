public import BackofficeStorage
public import Logging

extension Logger {
  /// Writes a log line for an event of the database.
  ///
  /// The message is the same for every event of a kind; figures, names and statements are metadata.
  /// Statements come with their placeholders, so no line holds a customer's data.
  ///
  /// | event | level |
  /// |---|---|
  /// | a log over its limit, a wait that was given up | error |
  /// | a slow statement, a long transaction | warning |
  /// | a wait for another connection, a group in which a write failed | info |
  /// | a checkpoint, a group commit | debug |
  public func report(_ event: StorageEvent) {
    let line = Line(event)
    log(level: line.level, "\(line.message)", metadata: line.metadata)
  }
}

extension Database.Configuration {
  /// Logs the events of the database to `logger`, in addition to the present handler.
  ///
  /// ```swift
  /// var configuration = BackofficeStore.Configuration()
  /// configuration.database.log(to: Logger(label: "office"))
  /// ```
  ///
  /// The lines are written on the thread on which the events happen, so the log handler must be fast.
  public mutating func log(to logger: Logger) {
    let earlier = onEvent
    onEvent = { event in
      earlier?(event)
      logger.report(event)
    }
  }
}
