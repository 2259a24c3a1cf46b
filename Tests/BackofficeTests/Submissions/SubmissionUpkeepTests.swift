import Backoffice
import Testing

@Suite("Upkeep of submissions")
struct SubmissionUpkeepTests {
  @Test("A follow-up and a maintenance are due at their time and completed once")
  func followUps() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let id = try fixture.submission(.approved).id
    try submissions.scheduleFollowUp(id, at: fixture.now + .days(1))
    try submissions.scheduleMaintenance(id, at: fixture.now + .days(2))
    #expect(try submissions.followUpsDue().elements.isEmpty)
    fixture.clock.advance(by: .days(2))
    #expect(try submissions.followUpsDue().elements.map(\.id) == [id])
    #expect(try submissions.maintenanceDue().elements.map(\.id) == [id])
    let done = try submissions.completeFollowUp(id)
    #expect(done.upkeep.followUpCompletedAt == fixture.now)
    #expect(try submissions.followUpsDue().elements.isEmpty)
    #expect(throws: SubmissionError.nothingScheduled(id, field: "follow-up")) {
      try submissions.completeFollowUp(id)
    }
    try submissions.completeMaintenance(id, next: fixture.now + .days(30))
    #expect(try submissions.maintenanceDue().elements.isEmpty)
    #expect(
      try submissions.maintenanceDue(asOf: fixture.now + .days(30)).elements.map(\.id) == [id])
    #expect(try submissions.completeMaintenance(id).upkeep.needsMaintenance == false)
  }

  @Test("The error log keeps only the latest entries")
  func errorLog() throws {
    struct Entry: Decodable, Equatable {
      let at: Int64
      let code: String?
      let message: String
    }
    let fixture = try SubmissionsFixture()
    let id = try fixture.submission().id
    for number in 1...5 {
      try fixture.store.submissions.recordError(
        id, message: "m\(number) \"x\"", code: "C", limit: 3)
    }
    let errors = try #require(try fixture.store.submissions.find(id)).errors
    let log = try errors.log.decode([Entry].self)
    #expect(log.map(\.message) == ["m3 \"x\"", "m4 \"x\"", "m5 \"x\""])
    #expect(log.first?.at == fixture.now.microseconds)
    #expect(errors.lastMessage == "m5 \"x\"")
    #expect(errors.lastAt == fixture.now)
  }

  @Test("Proofs are stored once and limited in number")
  func proofs() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let id = try fixture.submission().id
    for index in 0..<Submissions.proofLimit {
      try submissions.addProof(id, .screenshot("https://x/\(index)"))
    }
    try submissions.addProof(id, .screenshot("https://x/0"))
    try submissions.addProof(id, .receipt("https://x/r"))
    #expect(
      throws: SubmissionError.tooManyProofs(id, field: "screenshot_urls", limit: 100)
    ) { try submissions.addProof(id, .screenshot("https://x/more")) }
    let proofs = try #require(try submissions.find(id)).proofs
    #expect(try proofs.screenshots.decode([String].self).count == 100)
    #expect(proofs.receiptURL == "https://x/r")
  }

  @Test("Figures, cost, ratings, attempts and messages are stored, and invalid ones refused")
  func figures() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let id = try fixture.submission().id
    try submissions.recordPerformance(
      id, SubmissionMeasurement(impressions: 200, clicks: 9, hasBacklink: true))
    try submissions.recordPerformance(id, SubmissionMeasurement(searchVisibility: 100))
    try submissions.recordCost(id, Money(minorUnits: 999, currency: .gbp), credits: 3)
    try submissions.rate(id, quality: 10, directory: 5, compliance: .compliant)
    try submissions.recordAttempt(id, succeeded: false, taking: .seconds(4))
    try submissions.recordAttempt(id, succeeded: true, taking: .seconds(6))
    try submissions.requirePerson(id, reason: "captcha")
    try submissions.requirePerson(id, reason: "captcha")
    try submissions.recordNotification(id)
    let kept = try submissions.recordMessage(id, .sent, text: "please")
    #expect(kept.performance.clickThroughRate?.percent == 4.5)
    #expect(kept.performance.hasBacklink)
    #expect(kept.performance.searchVisibility == 100)
    #expect(kept.cost.amount == Money(minorUnits: 999, currency: .gbp))
    #expect(kept.cost.credits == 3)
    #expect(kept.quality.compliance == .compliant)
    #expect(kept.effort.attempts == 2)
    #expect(kept.effort.processingTime == .seconds(10))
    #expect(kept.effort.automationSuccessRate?.percent == 50)
    #expect(kept.effort.needsPersonReasons.text == "[\"captcha\"]")
    #expect(kept.communication.notifications == 1)
    #expect(kept.communication.messages.text.contains("\"direction\":\"sent\""))
    #expect(throws: SubmissionError.self) {
      try submissions.recordPerformance(id, SubmissionMeasurement(searchVisibility: 101))
    }
    #expect(throws: SubmissionError.self) { try submissions.rate(id, quality: 11) }
    #expect(throws: SubmissionError.self) {
      try submissions.recordCost(id, Money(minorUnits: -1, currency: .usd))
    }
    #expect(try submissions.find(id) == kept)
  }
}
