/// A pipeline of customer statuses: its statuses and the allowed transitions between them.
///
/// ```swift
/// try store.customers.definePipeline(
///   Pipeline(
///     "renewals",
///     statuses: [.init("due", isInitial: true), .init("renewed", isConverted: true)],
///     transitions: ["due": ["renewed"]]))
/// ```
public struct Pipeline: Sendable, Hashable, Codable {
  /// The pipeline that every store contains.
  public static let sales = "sales"

  /// The name of the pipeline.
  public var name: String
  /// The statuses, in display order.
  public var statuses: [Status]
  /// The statuses that may follow each status.
  public var transitions: [CustomerStatus: Set<CustomerStatus>]

  /// A status of a pipeline.
  public struct Status: Sendable, Hashable, Codable {
    /// The status.
    public var status: CustomerStatus
    /// The label shown to people.
    public var label: String
    /// Whether new customers start in this status.
    ///
    /// Exactly one status of a pipeline is initial.
    public var isInitial: Bool
    /// Whether a customer in this status counts as won.
    public var isConverted: Bool
    /// Whether a customer in this status counts as lost.
    public var isLost: Bool

    /// Creates a status.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - label: the label shown to people; nil for the status with spaces and an initial capital.
    ///   - isInitial: whether new customers start in this status.
    ///   - isConverted: whether a customer in this status counts as won.
    ///   - isLost: whether a customer in this status counts as lost.
    public init(
      _ status: CustomerStatus, label: String? = nil, isInitial: Bool = false,
      isConverted: Bool = false, isLost: Bool = false
    ) {
      self.status = status
      let words = status.rawValue.split(separator: "_").joined(separator: " ")
      self.label = label ?? words.prefix(1).uppercased() + words.dropFirst()
      self.isInitial = isInitial
      self.isConverted = isConverted
      self.isLost = isLost
    }
  }

  /// Creates a pipeline.
  public init(
    _ name: String, statuses: [Status], transitions: [CustomerStatus: Set<CustomerStatus>]
  ) {
    self.name = name
    self.statuses = statuses
    self.transitions = transitions
  }

  /// Whether a status has no transitions.
  public func isTerminal(_ status: CustomerStatus) -> Bool {
    transitions[status, default: []].isEmpty
  }
}

extension Pipeline {
  /// The reason why the pipeline is invalid, or nil if it is valid.
  var problem: String? {
    if name.trimmed.isEmpty { return "it needs a name" }
    let known = Set(statuses.map(\.status))
    if known.count != statuses.count { return "a status is listed twice" }
    if known.contains(where: { $0.rawValue.trimmed.isEmpty }) { return "a status has no name" }
    if statuses.count(where: \.isInitial) != 1 { return "exactly one status must be initial" }
    if statuses.contains(where: { $0.isConverted && $0.isLost }) {
      return "a status cannot be both converted and lost"
    }
    for (from, followers) in transitions {
      guard known.contains(from) else { return "a transition leaves the unlisted status \(from)" }
      if followers.contains(from) { return "a transition goes from \(from) to itself" }
      if let unknown = followers.first(where: { !known.contains($0) }) {
        return "a transition goes to the unlisted status \(unknown)"
      }
    }
    return nil
  }
}
