import Backoffice

/// A simulated worker: claims an item, submits the form, records the answer, and continues.
struct OfficeWorker {
  let name: String
  /// The claimed item and the answer that the directory will give.
  var current: (item: ClaimedItem, answer: SimulatedSubmitter.Answer, duration: Duration)?
}

extension Office {
  /// The delay of a worker before the next claim when no item was due.
  private static let pause = Duration.minutes(10)

  /// Finishes the item of a worker and claims the next one.
  func work(_ index: Int) throws {
    let worker = workers[index]
    let desk = desk
    let named = store.acting(as: Principal(kind: .worker, id: worker.name))
    let (submission, next) = try named.write { transaction in
      var submission: ID<Submission>?
      if let current = worker.current {
        let outcome = try desk.finish(
          current.item, with: current.answer, after: current.duration, transaction)
        if outcome == .submitted {
          submission = try transaction.submissions.find(queueItem: current.item.item.id)?.id
        }
      }
      return (submission, try Self.take(for: worker, desk, transaction))
    }
    workers[index].current = next
    agenda.add(.workerIsFree(index), at: clock.now + (next?.duration ?? Self.pause))
    if let submission { try expectReview(of: submission) }
  }

  private static func take(
    for worker: OfficeWorker, _ desk: SubmissionDesk, _ transaction: borrowing WriteTransaction
  ) throws -> (item: ClaimedItem, answer: SimulatedSubmitter.Answer, duration: Duration)? {
    let claimed = try transaction.queue.claim(
      from: [Campaign.queue], kinds: [Campaign.kind], worker: worker.name,
      lease: .minutes(15))
    guard let item = claimed.first,
      let (answer, duration) = try desk.attempt(item, transaction)
    else { return nil }
    try transaction.queue.progress(item.lease, percent: 10, step: "form filling")
    return (item, answer, duration)
  }
}
