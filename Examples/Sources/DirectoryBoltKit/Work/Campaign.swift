import Backoffice

/// Enqueues the listings that one customer wants: one queue item for each directory.
struct Campaign {
  /// The queue and the kind of work that the workers take.
  static let queue = "submissions"
  static let kind = "directory_submission"

  /// What became of a wish for listings.
  struct Result: Hashable, Sendable {
    let batch: ID<Batch>
    let wished: Int
    let enqueued: Int
    /// Listings that were under way already.
    let known: Int
    /// Why not all went in.
    let shortage: String?
  }

  let customer: Customer
  let tier: SubscriptionTier
  let name: String

  /// What a listing costs: two credits at the directories that matter most, one elsewhere.
  static func credits(for directory: Directory) -> Int {
    directory.priorityTier == .high ? 2 : 1
  }

  /// Puts the directories into a batch, in their order, as far as the credits go.
  ///
  /// One transaction. What the credits do not cover is left out, and the batch says so.
  func enqueue(_ directories: [Directory], in store: BackofficeStore) throws -> Result {
    try store.acting(as: Principal(kind: .customer, id: customer.id.description)).write(
      reason: name
    ) { transaction in
      var batch = NewBatch(name: name, customerID: customer.id)
      batch.priority = priority
      batch.maxConcurrentItems = tier == .basic ? 2 : 5
      batch.metadata = try JSONText(encoding: ["wished": directories.count])
      let id = try transaction.batches.create(batch).id
      var enqueued = 0
      var known = 0
      var shortage: String?
      for directory in directories {
        do {
          var work = SubmissionWork()
          work.formComplexity = directory.difficulty * 2
          let result = try transaction.submissions.enqueue(
            item(for: directory, in: id), work: work)
          if result.isNew { enqueued += 1 } else { known += 1 }
        } catch {
          guard let refusal = error as? UsageError, case .creditsExhausted = refusal else {
            throw error
          }
          shortage = refusal.description
          break
        }
      }
      return Result(
        batch: id, wished: directories.count, enqueued: enqueued, known: known,
        shortage: shortage)
    }
  }

  /// Those who pay more are served first.
  private var priority: Int {
    switch tier {
    case .enterprise: 1
    case .pro: 2
    default: 3
    }
  }

  private func item(for directory: Directory, in batch: ID<Batch>) throws -> NewQueueItem {
    var item = NewQueueItem(kind: Self.kind)
    item.queue = Self.queue
    item.priority = priority
    item.customerID = customer.id
    item.directoryID = directory.id
    item.batchID = batch
    item.credits = Self.credits(for: directory)
    item.uniqueKey = "\(customer.id):\(directory.id)"
    return item
  }
}
