/// A way of customers from a first status to the last ones, as data.
///
/// ```swift
/// try store.customers.definePipeline(
///   Pipeline(
///     "renewals",
///     statuses: [.init("due", isInitial: true), .init("renewed", isConverted: true)],
///     transitions: ["due": ["renewed"]]))
/// ```
public struct Pipeline: Sendable, Hashable, Codable {
  /// The pipeline that every store ships with.
  public static let sales = "sales"

  /// What the pipeline is called.
  public var name: String
  /// Its statuses, in the order in which they are shown.
  public var statuses: [Status]
  /// The statuses that may follow each one.
  public var transitions: [CustomerStatus: Set<CustomerStatus>]

  /// A status of a pipeline.
  public struct Status: Sendable, Hashable, Codable {
    /// The status.
    public var status: CustomerStatus
    /// What people are shown.
    public var label: String
    /// Whether new customers begin here; exactly one status of a pipeline has it.
    public var isInitial: Bool
    /// Whether a customer here counts as won.
    public var isConverted: Bool
    /// Whether a customer here counts as lost.
    public var isLost: Bool

    /// Describes a status.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - label: what people are shown; nil for the status with spaces and a capital.
    ///   - isInitial: whether new customers begin here.
    ///   - isConverted: whether a customer here counts as won.
    ///   - isLost: whether a customer here counts as lost.
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

  /// Describes a pipeline.
  public init(
    _ name: String, statuses: [Status], transitions: [CustomerStatus: Set<CustomerStatus>]
  ) {
    self.name = name
    self.statuses = statuses
    self.transitions = transitions
  }

  /// Whether nothing follows a status.
  public func isTerminal(_ status: CustomerStatus) -> Bool {
    transitions[status, default: []].isEmpty
  }
}

extension Pipeline {
  /// Why the pipeline cannot be used, or nil when it can.
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
