import Backoffice

extension Office {
  /// Schedules the review of a submission and the decision.
  func expectReview(of id: ID<Submission>) throws {
    guard let submission = try store.submissions.find(id),
      let directory = try store.directories.find(submission.directory)
    else { return }
    let draw = dice.about("review", id.description, "\(submission.review.revisionCount)")
    let hours = max(4, directory.expectedApprovalDays * 24 * draw.number(in: 40...160) / 100)
    agenda.add(
      .reviewStarts(id), at: clock.now + .minutes(hours * draw.number(in: 6...24)))
    agenda.add(.reviewEnds(id), at: clock.now + .minutes(hours * 60))
  }

  func startReview(of id: ID<Submission>) throws {
    guard let submission = try store.submissions.find(id), submission.status == .submitted
    else { return }
    try store.submissions.startReview(id)
  }

  func decide(_ id: ID<Submission>) throws {
    guard let submission = try store.submissions.find(id), submission.status.isWaiting else {
      return
    }
    let draw = dice.about("decision", id.description, "\(submission.review.revisionCount)")
    let roll = draw.next(below: 100)
    if roll < 79 {
      try store.submissions.approve(id, liveURL: submission.url)
    } else if roll < 91 {
      let reasons = [
        ("duplicate", "the business is listed already"),
        ("incomplete", "opening hours and address are missing"),
        ("policy", "the text advertises too much"),
      ]
      let reason = reasons[draw.next(below: reasons.count)]
      try store.submissions.reject(id, reason: reason.1, category: reason.0)
    } else {
      try askForRevision(of: submission)
    }
  }

  private func askForRevision(of submission: Submission) throws {
    let notes = "the description must name the services offered"
    try store.write(reason: notes) { transaction in
      try transaction.submissions.requestRevision(submission.id, notes: notes)
      try transaction.actions.create(
        NewAction(
          .contentReview, title: "Revise the texts", customerID: submission.customer,
          description: notes, priority: 3, submissionID: submission.id,
          directoryID: submission.directory))
    }
  }
}
