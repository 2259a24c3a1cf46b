import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  static let submissionOperations: [Operation] = [
    Operation("submissions.create", 10) { history, transaction in
      let statuses = SubmissionStatus.allCases
      history.world.submissions.append(
        try transaction.submissions.create(
          NewSubmission(
            customer: try history.customer(), directory: try history.any(history.world.directories),
            status: history.below(4) == 0 ? statuses[history.below(statuses.count)] : .pending)
        ).id)
    },
    Operation("submissions.fromItem", 6) { history, transaction in
      let item = try history.item(
        "status = 'completed' AND account IS NOT NULL AND subject_id IS NOT NULL",
        transaction)
      guard let found = try transaction.queue.find(item), let customer = found.customerID,
        let directory = found.directoryID
      else { throw Idle() }
      history.world.submissions.append(
        try transaction.submissions.create(
          fromQueueItem: QueueItemSubmission(
            queueItem: item, customer: customer, directory: directory)
        ).id)
    },
    Operation("submissions.report", 3) { history, transaction in
      try transaction.submissions.report(try history.lease(transaction)) { work in
        work.formComplexity = 1 + history.below(10)
        work.captchaEncountered = history.below(2) == 0
      }
    },
    Operation("submissions.start", 8) { history, transaction in
      try transaction.submissions.start(try history.submission("status = 'pending'", transaction))
    },
    Operation("submissions.submitted", 8) { history, transaction in
      try transaction.submissions.markSubmitted(
        try history.submission("status = 'submitting'", transaction))
    },
    Operation("submissions.review", 4) { history, transaction in
      try transaction.submissions.startReview(
        try history.submission("status = 'submitted'", transaction))
    },
    Operation("submissions.approve", 5) { history, transaction in
      let back = transaction.now - .seconds(history.below(4000))
      try transaction.submissions.approve(
        try history.submission("status IN ('submitted', 'under_review')", transaction),
        at: history.below(3) == 0 ? back : nil)
    },
    Operation("submissions.reject", 2) { history, transaction in
      let back = transaction.now - .seconds(history.below(4000))
      try transaction.submissions.reject(
        try history.submission("status IN ('submitted', 'under_review')", transaction),
        reason: "no", at: history.below(3) == 0 ? back : nil)
    },
    Operation("submissions.revise", 4) { history, transaction in
      if history.below(2) == 0 {
        try transaction.submissions.requestRevision(
          try history.submission("status IN ('submitted', 'under_review')", transaction),
          notes: "more")
      } else {
        try transaction.submissions.resubmit(
          try history.submission("status = 'revision_needed'", transaction))
      }
    },
    Operation("submissions.fail", 2) { history, transaction in
      try transaction.submissions.fail(
        try history.submission("status IN ('pending', 'submitting')", transaction),
        message: "time-out")
    },
    Operation("submissions.retry", 4) { history, transaction in
      try transaction.submissions.retry(try history.submission("status = 'failed'", transaction))
    },
    Operation("submissions.end", 3) { history, transaction in
      switch history.below(3) {
      case 0:
        try transaction.submissions.cancel(
          try history.submission("closed_at IS NULL AND status <> 'approved'", transaction))
      case 1:
        try transaction.submissions.expire(
          try history.submission("status IN ('submitted', 'approved')", transaction))
      default:
        try transaction.submissions.remove(
          try history.submission("status = 'approved'", transaction))
      }
    },
    Operation("submissions.upkeep", 3) { history, transaction in
      let submission = try history.submission("closed_at IS NULL", transaction)
      try transaction.submissions.scheduleFollowUp(submission, at: transaction.now + .days(3))
      try transaction.submissions.recordCost(
        submission, Money(minorUnits: 100, currency: .usd), credits: 2)
    },
    Operation("submissions.measure", 2) { history, transaction in
      try transaction.submissions.recordPerformance(
        try history.submission("status = 'approved'", transaction),
        SubmissionMeasurement(impressions: history.below(900), clicks: history.below(90)))
    },
    Operation("directories.toggle", 4) { history, transaction in
      let directory = try history.any(history.world.directories)
      if history.below(3) == 0 {
        try transaction.directories.deactivate(directory)
      } else {
        try transaction.directories.activate(directory)
      }
    },
  ]
}
