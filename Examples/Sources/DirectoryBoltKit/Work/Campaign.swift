import Backoffice

/// Enqueues the listings of a customer: one queue item for each directory.
struct Campaign {
  /// The queue and the kind of work that the workers take.
  static let queue = "submissions"
  static let kind = "directory_submission"

  /// The result of a request for listings.
  struct Result: Hashable, Sendable {
    let batch: ID<Batch>
    let wished: Int
    let enqueued: Int
    /// Listings that were already in progress.
    let known: Int
    /// Why not all were enqueued.
    let shortage: String?
  }

  let customer: Customer
  let tier: SubscriptionTier
  let name: String

  /// The credits of a listing: two for directories of high priority, one for others.
  static func credits(for directory: Directory) -> Int {
    directory.priorityTier == .high ? 2 : 1
  }

  /// Enqueues a batch with the directories in order, as far as the credits go.
  ///
  /// One transaction. Listings that the credits do not cover are left out; the batch records it.
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

  /// Higher tiers have a higher priority.
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
