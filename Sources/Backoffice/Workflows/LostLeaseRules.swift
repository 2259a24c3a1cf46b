import BackofficeStorage

/// Asks a person what became of an item whose worker fell silent, where its policy says so.
enum LostLeaseRules {
  /// The columns that tell such an item from one that its own worker let wait.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName
    static let columns = [
      "id", "status", "rescues", "customer_id", "directory_id", "batch_id", "kind", "priority",
      "error_message",
    ]
    let id: ID<QueueItem>
    let status: QueueItem.Status
    let rescues: Int
    let customer: ID<Customer>?
    let directory: ID<Directory>?
    let batch: ID<Batch>?
    let kind: String
    let priority: Int
    let error: String?
  }

  /// Creates the action in the transaction that rescues the item.
  static let ask = Trigger.after(
    "workflows.lost_lease_asks",
    .update(of: "status").where(.becomes("status", ["waiting_for_action"])), on: Item.self,
    when: { change in
      guard let old = change.old, let new = change.new else { return false }
      return old.status == .running && new.status == .waitingForAction
        && new.rescues > old.rescues
    },
    perform: { change, transaction in
      guard let item = change.new, let customer = item.customer else { return }
      var action = NewAction(
        .errorResolution, title: "Find out how far the work \"\(item.kind)\" has come",
        customerID: customer,
        description: "Its worker fell silent, and it must not be done twice. Complete the action "
          + "to have it done again; fail it when it must not be.")
      action.priority = item.priority
      action.queueItemID = item.id
      action.directoryID = item.directory
      action.batchID = item.batch
      action.wasAutomationAttempted = true
      action.manualInterventionReason = item.error
      try transaction.actions.create(action)
    })
}

extension LostLeaseRules.Item {
  // One call of the memberwise initialiser: set one by one, the properties are built aside and
  // copied.
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      id: try column.next(), status: try column.next(), rescues: try column.next(),
      customer: try column.next(), directory: try column.next(), batch: try column.next(),
      kind: try column.next(), priority: try column.next(), error: try column.next())
  }
}
