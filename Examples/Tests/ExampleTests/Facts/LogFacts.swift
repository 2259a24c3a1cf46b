import Backoffice
import DirectoryBoltKit
import ExampleSupport
import Testing

@Suite("Facts: a log of submissions", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct LogFacts {
  private struct Facts: Decodable {
    let directories: Int
    let bySection: [String: Int]
    let byCheckbox: [String: Int]
    let checkedOrNoted: Int
    let openWithNoteSubmitted: Int
    let listedWithResultUrl: Int
    let notesWithErrorOrReviewOrWaiting: [String]
    let duplicateHosts: Int

    enum CodingKeys: String, CodingKey {
      case directories
      case bySection = "by_section"
      case byCheckbox = "by_checkbox"
      case checkedOrNoted = "checked_or_noted"
      case openWithNoteSubmitted = "open_with_note_submitted"
      case listedWithResultUrl = "listed_with_result_url"
      case notesWithErrorOrReviewOrWaiting = "notes_with_error_or_review_or_waiting"
      case duplicateHosts = "duplicate_hosts"
    }
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
    #expect(report.bySection == facts.bySection)
    #expect(report.byCheckbox == facts.byCheckbox)
    #expect(report.checkedOrNoted == facts.checkedOrNoted)
    #expect(report.submissions == facts.checkedOrNoted)
    #expect(report.openAndSubmitted == facts.openWithNoteSubmitted)
    #expect(report.listedWithAddress == facts.listedWithResultUrl)
    #expect(report.needPerson.sorted() == facts.notesWithErrorOrReviewOrWaiting.sorted())
    #expect(report.repeatedHosts == facts.duplicateHosts)
    // One more than the notes name: the form that was begun and not sent.
    #expect(report.actions == facts.notesWithErrorOrReviewOrWaiting.count + 1)
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
