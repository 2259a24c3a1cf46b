import Backoffice
import ExampleSupport

/// One line of a log of submissions.
struct LogEntry {
  enum Checkbox: String, CaseIterable {
    case listed, open, untouched
  }

  let section: String
  let directory: String
  let address: String
  let checkbox: Checkbox
  let note: String?

  init(_ line: TableLine) throws(LineProblem) {
    section = try line.text("section")
    directory = try line.text("directory")
    address = try line.text("submit_url")
    guard let checkbox: Checkbox = try line.choice("checkbox") else {
      throw LineProblem("'checkbox' is empty")
    }
    self.checkbox = checkbox
    note = line["note"]
  }

  /// The address of the listing, if the note is one.
  var resultAddress: String? {
    guard let note, note.hasPrefix("http"), !note.contains(where: \.isWhitespace) else {
      return nil
    }
    return note
  }

  /// The host of the address, without `www.`.
  var host: String {
    let rest = address.split(separator: "://", maxSplits: 1).last ?? ""
    let host = rest.prefix { $0 != "/" }.lowercased()
    return host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
  }

  private func note(mentions words: String...) -> Bool {
    guard let note, resultAddress == nil else { return false }
    let text = note.lowercased()
    return words.contains { text.contains($0) }
  }

  /// Whether the note mentions an error or a pending decision.
  var mentionsTrouble: Bool { note(mentions: "error", "review", "waiting") }

  /// The status of the submission, or nil if it was not attempted.
  var submissionStatus: SubmissionStatus? {
    switch checkbox {
    case .listed: .approved
    case .open where note == nil: .pending
    case .open: note(mentions: "review", "waiting") ? .underReview : .submitted
    case .untouched: note == nil ? nil : .failed
    }
  }

  /// The next action for a person, or nil for none.
  var work: (kind: ActionKind, title: String)? {
    if checkbox == .open, note == nil {
      return (.manualSubmission, "Finish the submission to \(directory)")
    }
    guard mentionsTrouble else { return nil }
    return note(mentions: "error")
      ? (.errorResolution, "Clear up the error at \(directory)")
      : (.followUpRequired, "Ask \(directory) for its decision")
  }

  /// The fields of the log that are stored with the submission.
  func metadata() throws -> JSONText {
    var said = ["section": section, "checkbox": checkbox.rawValue]
    said["note"] = note
    return try JSONText(encoding: said)
  }
}
