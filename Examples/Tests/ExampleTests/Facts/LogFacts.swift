import Backoffice
import DirectoryBoltKit
import ExampleSupport
import Testing

@Suite("Facts: a log of submissions", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct LogFacts {
  private struct Facts: Decodable {
    let directories: Int
    let by_section: [String: Int]
    let by_checkbox: [String: Int]
    let checked_or_noted: Int
    let open_with_note_submitted: Int
    let listed_with_result_url: Int
    let notes_with_error_or_review_or_waiting: [String]
    let duplicate_hosts: Int
  }

  private func load(into store: BackofficeStore) throws -> SubmissionLogImport.Report {
    try SubmissionLogImport(customerEmail: "founder@start-up.example.com", customerName: "Start-up")
      .run(SharedData.source("launchlist/launchlist.csv"), into: store)
  }

  @Test("The log becomes directories, submissions and actions")
  func log() throws {
    let facts = try SharedData.facts("launchlist-submissions", as: Facts.self)
    let store = try BackofficeStore.example()
    let report = try load(into: store)
    #expect(report.lines.read == facts.directories)
    #expect(report.bySection == facts.by_section)
    #expect(report.byCheckbox == facts.by_checkbox)
    #expect(report.checkedOrNoted == facts.checked_or_noted)
    #expect(report.submissions == facts.checked_or_noted)
    #expect(report.openAndSubmitted == facts.open_with_note_submitted)
    #expect(report.listedWithAddress == facts.listed_with_result_url)
    #expect(report.needPerson.sorted() == facts.notes_with_error_or_review_or_waiting.sorted())
    #expect(report.repeatedHosts == facts.duplicate_hosts)
    // One more than the notes name: the form that was begun and not sent.
    #expect(report.actions == facts.notes_with_error_or_review_or_waiting.count + 1)
    let statuses = try store.counts("SELECT status, count(*) FROM submissions GROUP BY 1")
    #expect(
      statuses == [
        "approved": 10, "submitted": 8, "under_review": 3, "pending": 1, "failed": 1,
      ])
    #expect(try BookCheck(store).isClean)
  }

  @Test("A second import of the log changes nothing")
  func again() throws {
    let store = try BackofficeStore.example()
    _ = try load(into: store)
    let changes = try store.number("SELECT count(*) FROM status_history")
    let report = try load(into: store)
    #expect(report.lines.added == 0)
    #expect(report.submissions == 0)
    #expect(report.actions == 0)
    #expect(try store.number("SELECT count(*) FROM status_history") == changes)
  }
}
