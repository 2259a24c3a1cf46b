extension EntityKind {
  /// A customer and its place in the sales pipeline.
  public static let customer = EntityKind(rawValue: "customer")
  /// A customer's subscription.
  public static let subscription = EntityKind(rawValue: "subscription")
  /// Something a person must do.
  public static let action = EntityKind(rawValue: "action")
  /// A submission to a directory.
  public static let submission = EntityKind(rawValue: "submission")
  /// A directory to submit to.
  public static let directory = EntityKind(rawValue: "directory")
  /// A plan of changes that waits for approval.
  public static let plan = EntityKind(rawValue: "plan")
}
