import Backoffice
import Testing

@Suite("Life cycle of submissions")
struct SubmissionLifecycleTests {
  @Test("A submission goes its way with all its times")
  func wholeWay() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let created = try fixture.submission()
    #expect(created.status == .pending)
    #expect(created.times.lastCheckedAt == nil)
    fixture.clock.advance(by: .hours(1))
    try submissions.start(created.id)
    fixture.clock.advance(by: .hours(1))
    let submitted = try submissions.markSubmitted(created.id, externalID: "x1", url: "https://x/1")
    #expect(submitted.times.submittedAt == fixture.now)
    fixture.clock.advance(by: .hours(1))
    try submissions.startReview(created.id)
    fixture.clock.advance(by: .hours(46))
    let approved = try submissions.approve(
      created.id, liveURL: "https://x/live", ranking: 4, reason: "seen")
    #expect(approved.status == .approved)
    #expect(approved.times.approvedAt == fixture.now)
    #expect(approved.times.liveAt == fixture.now)
    #expect(approved.times.lastCheckedAt == fixture.now)
    #expect(approved.times.approvalTime == .hours(47))
    #expect(approved.performance.rankingPosition == 4)
    #expect(approved.url == "https://x/live")
    #expect(approved.externalID == "x1")
    #expect(approved.updatedAt == fixture.now)
    #expect(try fixture.find(created) == approved)
    let removed = try submissions.remove(created.id)
    #expect(removed.times.closedAt == fixture.now)
    #expect(
      try fixture.history(created.id) == [
        "pending", "submitting", "submitted", "under_review", "approved", "removed",
      ])
    #expect(try fixture.store.check().isEmpty)
  }
}
