extension Workflows {
  /// What a purge ended and erased in addition to the customer.
  public struct Purge: Sendable, Hashable {
    /// The number of waiting queue items cancelled.
    public var cancelledItems: Int
    /// The number of running queue items whose workers were asked to stop.
    public var cancelRequestedItems: Int
    /// The number of open actions cancelled.
    public var cancelledActions: Int
    /// The number of pending plans rejected.
    public var rejectedPlans: Int
  }

  private static let openItems = SQLStatement(
    """
    SELECT id FROM queue_items
    WHERE account = ? AND status \(QueueItem.Status.unfinishedSQL)
    """)
  static let openActions = SQLStatement(
    """
    SELECT id FROM pending_actions
    WHERE (customer_id = ?1 OR (subject_id = ?1 AND subject_kind = 'customer'))
      AND status IN ('pending', 'assigned', 'in_progress', 'blocked', 'requires_customer',
        'suspended')
    """)
  private static let openPlans = SQLStatement(
    "SELECT id FROM plans WHERE customer_id = ? AND status = 'pending'")
  private static let rejectPlanItems = SQLStatement(
    """
    UPDATE plan_items SET status = 'rejected', decided_by = ?2, decided_at = ?3,
      rejection_reason = ?4, updated_at = ?3
    WHERE plan_id = ?1 AND status = 'pending'
    """)
  private static let rejectPlan = SQLStatement(
    """
    UPDATE plans SET status = 'rejected', approver = ?2, rejected_at = ?3, rejection_reason = ?4,
      updated_at = ?3
    WHERE id = ?1
    """)
  static let eraseActions = SQLStatement(
    """
    UPDATE pending_actions SET title = kind, description = NULL, completion_notes = NULL,
      error_message = NULL, resolution_details = NULL, verification_notes = NULL,
      manual_intervention_reason = NULL, external_reference_id = NULL,
      external_reference_url = NULL,
      customer_response = CASE WHEN customer_responded_at IS NOT NULL THEN '' END,
      action_data = '{}', business_context = '{}', result = '{}', attachment_urls = '[]',
      screenshot_urls = '[]', metadata = '{}', updated_at = ?2
    WHERE customer_id = ?1 OR (subject_id = ?1 AND subject_kind = 'customer')
    """)
  private static let eraseItems = SQLStatement(
    """
    UPDATE queue_items SET payload = '{}', result = NULL, error_message = NULL, tags = NULL,
      metadata = NULL, updated_at = ?2
    WHERE account = ?1 AND finished_at IS NOT NULL
    """)
  private static let eraseWork = SQLStatement(
    """
    UPDATE submission_work SET submission_data = '{}', business_data = '{}', proof = '{}',
      screenshot_url = NULL, updated_at = ?2
    WHERE queue_item_id IN (
      SELECT id FROM queue_items WHERE account = ?1 AND finished_at IS NOT NULL)
    """)
  private static let eraseProgress = SQLStatement(
    """
    DELETE FROM queue_progress WHERE item_pk IN (
      SELECT pk FROM queue_items WHERE account = ?1 AND finished_at IS NOT NULL)
    """)
  private static let eraseAttempts = SQLStatement(
    """
    UPDATE queue_attempts SET error_message = NULL, result = NULL
    WHERE item_pk IN (
      SELECT pk FROM queue_items WHERE account = ?1 AND finished_at IS NOT NULL)
    """)
  private static let erasePlanItems = SQLStatement(
    """
    UPDATE plan_items SET title = 'erased', description = NULL, change = '{}', before_state = '{}',
      after_state = '{}', inverse = NULL, error_message = NULL, updated_at = ?2
    WHERE plan_id IN (SELECT id FROM plans WHERE customer_id = ?1)
    """)
  private static let erasePlans = SQLStatement(
    """
    UPDATE plans SET title = 'erased', description = NULL, estimated_impact = '{}',
      failure_reason = NULL, metadata = '{}', updated_at = ?2
    WHERE customer_id = ?1
    """)
  private static let eraseSubmissions = SQLStatement(
    """
    UPDATE submissions SET business_name_submitted = NULL, business_description_submitted = NULL,
      business_url_submitted = NULL, business_location_submitted = NULL,
      confirmation_email_url = NULL, submission_receipt_url = NULL, listing_data = '{}',
      directory_response_data = '{}', form_fields_submitted = '{}', screenshot_urls = '[]',
      directory_communications = '[]', updated_at = ?2
    WHERE customer_id = ?1
    """)

  private static let duplicates = SQLStatement("SELECT id FROM customers WHERE merged_into = ?")

  /// Erases a customer permanently, including the personal data in the work done for it.
  ///
  /// Open work ends first: waiting queue items and actions are cancelled, reserved credits are
  /// released, plans are rejected, and the workers of running items are asked to stop. Then the
  /// documents of its queue items, actions, plans and submissions are erased, and the customer is
  /// anonymised, together with the customers that were merged into it. History, figures and amounts are kept. A second purge erases the documents of
  /// items that were still running at the first one; otherwise it changes nothing.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``, ``CustomerError/merged(_:into:)``.
  /// - Complexity: proportional to the work done for the customer.
  @discardableResult
  public func purgeCustomer(
    _ id: ID<Customer>, reason: String = "purged"
  ) throws -> Purge {
    try access.write(reason: reason) { transaction in
      // A merged customer is purged with its survivor, which has its work.
      _ = try transaction.existingCustomer(id)
      var purge = Purge(
        cancelledItems: 0, cancelRequestedItems: 0, cancelledActions: 0, rejectedPlans: 0)
      let actions = try Self.ids(PendingAction.self, Self.openActions, of: id, transaction)
      for item in try Self.ids(QueueItem.self, Self.openItems, of: id, transaction) {
        switch try transaction.queue.cancel(item, reason: reason) {
        case .cancelled: purge.cancelledItems += 1
        case .requested: purge.cancelRequestedItems += 1
        }
      }
      // The actions of queue items are cancelled together with the items.
      for action in try Self.ids(PendingAction.self, Self.openActions, of: id, transaction) {
        try transaction.actions.cancelOnPurge(action)
      }
      purge.cancelledActions = actions.count
      for plan in try Self.ids(Plan.self, Self.openPlans, of: id, transaction) {
        let (who, now) = (transaction.principal, transaction.now)
        try transaction.execute(Self.rejectPlanItems, plan, who, now, reason)
        try transaction.execute(Self.rejectPlan, plan, who, now, reason)
        purge.rejectedPlans += 1
      }
      try transaction.execute(Self.eraseActions, id, transaction.now)
      try transaction.execute(Self.eraseItems, id, transaction.now)
      try transaction.execute(Self.eraseAttempts, id)
      try transaction.execute(Self.eraseProgress, id)
      try transaction.execute(Self.eraseWork, id, transaction.now)
      try transaction.execute(Self.erasePlanItems, id, transaction.now)
      try transaction.execute(Self.erasePlans, id, transaction.now)
      try transaction.execute(Self.eraseSubmissions, id, transaction.now)
      try transaction.anonymiseCustomer(id)
      for duplicate in try Self.ids(Customer.self, Self.duplicates, of: id, transaction) {
        try transaction.execute(Self.eraseSubmissions, duplicate, transaction.now)
        try transaction.anonymiseCustomer(duplicate)
      }
      return purge
    }
  }

  private static func ids<Entity>(
    _ type: Entity.Type, _ statement: SQLStatement, of customer: ID<Customer>,
    _ transaction: borrowing WriteTransaction
  ) throws -> [ID<Entity>] {
    try transaction.fetchAll(statement, customer) { row in try row.value(at: 0) }
  }
}

extension Actions {
  /// Cancels an action regardless of the principal, because the purge has already been authorised.
  func cancelOnPurge(_ id: ID<PendingAction>) throws {
    try access.write { transaction in
      try transaction.execute(Self.cancelPurged, id, transaction.now)
    }
  }

  private static let cancelPurged = SQLStatement(
    """
    UPDATE pending_actions SET status = 'cancelled', finished_at = ?2,
      actual_duration_microseconds = max(0, ?2 - started_at), updated_at = ?2
    WHERE id = ?1
    """)
}
