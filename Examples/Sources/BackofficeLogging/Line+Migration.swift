internal import BackofficeMigrations
internal import Logging

extension Line {
  init(_ event: MigrationEvent) {
    switch event {
    case .snapshot(let path):
      level = .notice
      message = "snapshot before migrations"
      metadata = ["path": "\(path)"]
    case .started(let step):
      level = .debug
      message = "migration started"
      metadata = Self.metadata(of: step)
    case .progress(let step, let statement, let microseconds):
      level = .info
      message = "migration in progress"
      metadata = Self.metadata(of: step)
      metadata["statement"] = "\(statement)"
      metadata["microseconds"] = "\(microseconds)"
    case .notice(let notice):
      level = .notice
      message = "migration notice"
      metadata = ["file": "\(notice.file)", "line": "\(notice.line)", "notice": "\(notice.text)"]
    case .finished(let step, let duration):
      level = .notice
      message = "migration"
      metadata = Self.metadata(of: step)
      metadata["microseconds"] = "\(duration.microseconds)"
    case .failed(let step, let reason):
      level = .error
      message = "migration failed"
      metadata = Self.metadata(of: step)
      metadata["reason"] = "\(reason)"
    }
  }

  private static func metadata(of step: MigrationStep) -> Logger.Metadata {
    [
      "pack": "\(step.id.pack)", "version": "\(step.id.version)", "name": "\(step.id.name)",
      "direction": "\(step.direction.rawValue)",
    ]
  }
}
