extension EntityKind {
  /// A customer and its place in the sales pipeline.
  public static let customer = EntityKind(rawValue: "customer")
  /// A customer's subscription.
  public static let subscription = EntityKind(rawValue: "subscription")
  /// An action that a person must perform.
  public static let action = EntityKind(rawValue: "action")
  /// A submission to a directory.
  public static let submission = EntityKind(rawValue: "submission")
  /// A directory that accepts submissions.
  public static let directory = EntityKind(rawValue: "directory")
  /// A plan of changes that needs approval.
  public static let plan = EntityKind(rawValue: "plan")

  /// The kinds whose history the repositories record, with the changes of status.
  static let recordedByStore: Set<EntityKind> = [
    .customer, .subscription, .action, .submission, .plan, .batch,
  ]
}
