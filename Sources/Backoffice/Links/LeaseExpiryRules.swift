/// Asks a person how to continue an item whose lease has expired, if its policy requires it.
enum LeaseExpiryRules {
  /// The columns that distinguish such an item from one that its own worker parked.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName
    let id: ID<QueueItem>
    let rescues: Int
    let account: Account?
    let subjectKind: EntityKind?
    let subject: ID<AnyEntity>?
    let batch: ID<Batch>?
    let kind: String
    let priority: Int
    let error: String?
  }

  /// Creates the action in the transaction that rescues the item.
  static let ask = Trigger.after(
    "workflows.lease_expiry_asks",
    .update(of: "status").where(
      .was("status", [QueueItem.Status.running.rawValue]),
      .becomes("status", [QueueItem.Status.parked.rawValue]), .changes(["rescues"])),
    on: Item.self,
    when: { change in change.new?.rescues ?? 0 > change.old?.rescues ?? 0 },
    perform: { change, transaction in
      guard let item = change.new else { return }
      var action = NewAction(
        .errorResolution, title: "Check the progress of the work \"\(item.kind)\"",
        customerID: item.account?.customer,
        description: "Its worker stopped responding, and it must not be done twice. Complete the "
          + "action to have it done again; fail it when it must not be.")
      if let kind = item.subjectKind, let subject = item.subject {
        action.subject = EntityReference(kind, subject)
      }
      action.priority = item.priority
      action.queueItemID = item.id
      action.directoryID =
        item.subjectKind == .directory ? item.subject.map { ID(retyping: $0) } : nil
      action.batchID = item.batch
      action.wasAutomationAttempted = true
      action.manualInterventionReason = item.error
      // The kind may be retired, because otherwise the item would wait forever.
      _ = try transaction.actions.create(
        action, as: transaction.requireActionKind(action.kind), transaction)
    })
}

extension LeaseExpiryRules.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), rescues: column("rescues"), account: column("account"),
      subjectKind: column("subject_kind"), subject: column("subject_id"),
      batch: column("batch_id"), kind: column("kind"), priority: column("priority"),
      error: column("error_message"))
  }
}
