import Backoffice
import Testing

@Suite("Lists of directories and submissions")
struct SubmissionListsTests {
  @Test(
    "Directories are paged by rating, category, priority and success without gaps or repetition")
  func directoryPages() throws {
    let fixture = try SubmissionsFixture()
    let directories = fixture.store.directories
    try directories.importAll(
      (0..<25).map { index in
        NewDirectory(
          name: "d", website: "d\(index).example", domainRating: index < 5 ? nil : index / 4,
          priorityTier: index % 2 == 0 ? .high : .low)
      })
    try directories.deactivate(#require(try directories.find(url: "d24.example")).id)
    func all(_ page: (PageCursor?) throws -> Page<Directory>) throws -> [Directory] {
      var cursor: PageCursor?
      var found: [Directory] = []
      repeat {
        let next = try page(cursor)
        found += next.elements
        cursor = next.next
      } while cursor != nil
      return found
    }
    let rated = try all { try directories.list(after: $0, limit: 4) }
    #expect(rated.count == 24)
    #expect(Set(rated.map(\.id)).count == 24)
    let ratings = rated.map { $0.domainRating ?? -1 }
    #expect(ratings == ratings.sorted(by: >))
    #expect(try all { try directories.list(by: .success, after: $0, limit: 5) }.count == 24)
    let high = try all { try directories.list(priority: .high, after: $0, limit: 5) }
    #expect(high.count == 12)
    let general = DirectoryCategory.general
    #expect(try all { try directories.list(category: general, after: $0, limit: 7) }.count == 24)
  }

  @Test("The most successful directory comes first, those without decisions last")
  func success() throws {
    let fixture = try SubmissionsFixture()
    let outcomes: [[SubmissionStatus]] = [
      [.approved, .rejected], [.approved], [.submitted], [.rejected],
    ]
    var expected: [Int: ID<Directory>] = [:]
    for (index, statuses) in outcomes.enumerated() {
      let directory = try fixture.directory("d\(index).example").id
      expected[index] = directory
      for status in statuses {
        try fixture.store.submissions.create(
          NewSubmission(customer: fixture.customer(), directory: directory, status: status))
      }
    }
    let listed = try fixture.store.directories.list(by: .success).elements.map(\.id)
    #expect(listed == [1, 0, 3, 2].map { expected[$0] })
  }

  @Test("Eligible directories are active, without a live submission, and sorted best first")
  func eligible() throws {
    let fixture = try SubmissionsFixture()
    let directories = fixture.store.directories
    func make(_ host: String, _ tier: Directory.PriorityTier, _ rating: Int?) throws
      -> ID<Directory>
    {
      try directories.create(
        NewDirectory(name: host, website: host, domainRating: rating, priorityTier: tier)
      ).id
    }
    let low = try make("low.example", .low, 99)
    let unrated = try make("unrated.example", .high, nil)
    let good = try make("good.example", .high, 10)
    let better = try make("better.example", .high, 90)
    let closed = try make("closed.example", .medium, 50)
    let customer = try fixture.customer()
    try directories.deactivate(closed)
    #expect(
      try directories.eligible(for: customer).map(\.id) == [better, good, unrated, low])
    let submission = try fixture.store.submissions.create(
      NewSubmission(customer: customer, directory: better))
    #expect(try directories.eligible(for: customer).map(\.id) == [good, unrated, low])
    #expect(try directories.eligible(for: customer, limit: 1).map(\.id) == [good])
    #expect(try directories.eligible(for: fixture.customer()).map(\.id).first == better)
    try fixture.store.submissions.cancel(submission.id)
    #expect(try directories.eligible(for: customer, limit: 1).map(\.id) == [better])
  }

  @Test("Submissions are paged by customer, directory and status, newest first")
  func submissionPages() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let customer = try fixture.customer()
    var made: [Submission] = []
    for index in 0..<7 {
      made.append(
        try submissions.create(
          NewSubmission(
            customer: customer, directory: fixture.directory("d\(index).example").id,
            status: index % 2 == 0 ? .pending : .submitted)))
      if index % 3 == 0 { fixture.clock.advance(by: .hours(1)) }
    }
    let first = try submissions.list(customer: customer, limit: 4)
    let second = try submissions.list(customer: customer, after: first.next, limit: 4)
    #expect((first.elements + second.elements).map(\.id) == made.reversed().map(\.id))
    #expect(second.next == nil)
    #expect(try submissions.list(customer: customer, status: .submitted).elements.count == 3)
    #expect(try submissions.list(status: .pending).elements.count == 4)
    #expect(try submissions.list(directory: made[0].directory).elements == [made[0]])
    #expect(
      try submissions.list(directory: made[0].directory, status: .failed).elements.isEmpty)
    #expect(try submissions.statistics(of: customer).counts == [.pending: 4, .submitted: 3])
    #expect(try submissions.statistics(of: customer).counterparts == 7)
  }

  @Test("A review is overdue after its directory's expected days, not before")
  func overdue() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    var ids: [ID<Submission>] = []
    for days in [5, 2] {
      let directory = try fixture.directory("d\(days).example", days: days)
      ids.append(
        try submissions.create(
          NewSubmission(
            customer: fixture.customer(), directory: directory.id, status: .underReview)
        ).id)
    }
    fixture.clock.advance(by: .days(2))
    #expect(try submissions.overdueReviews().elements.isEmpty)
    fixture.clock.advance(by: .seconds(1))
    #expect(try submissions.overdueReviews().elements.map(\.id) == [ids[1]])
    fixture.clock.advance(by: .days(4))
    #expect(try submissions.overdueReviews(limit: 1).next != nil)
    #expect(try submissions.overdueReviews().elements.map(\.id) == ids)
    try submissions.approve(ids[0])
    #expect(try submissions.overdueReviews().elements.map(\.id) == [ids[1]])
  }
}
