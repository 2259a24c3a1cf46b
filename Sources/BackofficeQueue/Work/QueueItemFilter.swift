/// Selects the items of a list.
public enum QueueItemFilter: Sendable, Hashable {
  /// The items that run on an account.
  case account(Account)
  /// The items about an entity.
  case subject(EntityReference)
  /// The items of a batch.
  case batch(ID<Batch>)
  /// The items of a kind, in all queues.
  case kind(String)
  /// The items with a tag, in all queues.
  case tag(String)
}

extension QueueItemFilter {
  /// Whether an index has the items by their status.
  var isFoundByStatus: Bool {
    switch self {
    case .account, .batch, .subject: true
    case .kind, .tag: false
    }
  }
}
