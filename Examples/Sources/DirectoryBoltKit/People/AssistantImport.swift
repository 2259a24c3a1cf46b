package import Backoffice
package import ExampleSupport

/// Imports a table of assistants with their skills, working hours and capacity.
package struct AssistantImport {
  package init() {}

  /// Imports a table; an assistant with a known handle is not changed.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    let store = store.acting(as: Principal(kind: .importer))
    var report = ImportReport()
    let reader = TableReader(required: ["handle", "name", "email"])
    let kinds = try store.actions.kinds().map(\.name)
    report.skipped = try reader.read(source) { line in
      let assistant = try assistant(line, kinds: kinds)
      guard try store.assistants.find(handle: assistant.handle) == nil else {
        report.unchanged += 1
        return
      }
      do {
        try store.assistants.create(assistant)
        report.added += 1
      } catch let error as AssistantError {
        throw LineProblem(error.description)
      }
    }
    return report
  }

  private func assistant(
    _ line: TableLine, kinds: [ActionKind]
  ) throws(LineProblem) -> NewAssistant {
    var assistant = NewAssistant(
      handle: try line.text("handle"), name: try line.text("name"),
      email: try line.text("email"))
    for word in (line["skills"] ?? "").split(separator: ";") {
      let skill = ActionKind(word.trimmed)
      guard kinds.contains(skill) else {
        throw LineProblem("'skills' names \(word.trimmed.quoted), which is not a kind of action")
      }
      assistant.skills.insert(skill)
    }
    if let name = line["time_zone"] {
      guard let zone = Zone(name) else {
        throw LineProblem("'time_zone' is \(name.quoted), which is not a known time zone")
      }
      assistant.zone = zone
    }
    if let text = line["working_hours"] { assistant.workingHours = try Self.hours(text) }
    if let tasks = try line.integer("max_concurrent_tasks", in: 1...1000) {
      assistant.maxConcurrentTasks = tasks
    }
    return assistant
  }

  /// Understands `Mon-Fri 09:00-17:00`; several of them are separated by semicolons.
  static func hours(_ text: String) throws(LineProblem) -> WorkingHours {
    let problem = LineProblem(
      "'working_hours' is \(text.quoted), hours such as 'Mon-Fri 09:00-17:00' were expected")
    var hours = WorkingHours.never
    for part in text.split(separator: ";") {
      let words = part.split(separator: " ")
      guard words.count == 2 else { throw problem }
      let days = words[0].split(separator: "-").map { weekday(String($0)) }
      let times = words[1].split(separator: "-").map { minute(String($0)) }
      guard (1...2).contains(days.count), times.count == 2, let first = days[0],
        let last = days[days.count - 1], let start = times[0], let end = times[1],
        let shift = WorkingHours.Shift(start: start, end: end)
      else { throw problem }
      // Sun-Thu crosses the end of the week.
      for offset in 0...((last - first + 7) % 7) { hours[(first - 1 + offset) % 7 + 1] = shift }
    }
    return hours
  }

  private static func weekday(_ text: String) -> Int? {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].firstIndex(of: text.lowercased())
      .map { $0 + 1 }
  }

  private static func minute(_ text: String) -> Int? {
    let parts = text.split(separator: ":").map { Int($0) }
    guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour),
      (0..<60).contains(minute)
    else { return nil }
    return hour * 60 + minute
  }
}
