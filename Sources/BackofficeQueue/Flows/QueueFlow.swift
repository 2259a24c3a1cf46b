/// Several items that depend on each other, as sequences, fan-out and fan-in.
///
/// ```swift
/// var flow = QueueFlow()
/// flow.add("fetch", NewQueueItem(kind: "fetch"))
/// flow.add("a", NewQueueItem(kind: "resize"), after: ["fetch"])
/// flow.add("b", NewQueueItem(kind: "resize"), after: ["fetch"])
/// flow.add("publish", NewQueueItem(kind: "publish"), after: ["a", "b"])
/// let ids = try store.queue.enqueue(flow)
/// ```
public struct QueueFlow: Sendable, Hashable {
  /// A step of a flow.
  public struct Step: Sendable, Hashable {
    /// The name, by which other steps refer to it.
    public var name: String
    /// The item.
    public var item: NewQueueItem
    /// The steps that it waits for; their order in the flow does not matter.
    public var after: [String]
    /// What happens when one of those fails permanently or is cancelled.
    public var policy: QueueDependency.Policy
  }

  /// The steps, as they were added.
  public var steps: [Step] = []

  /// Creates a flow without steps.
  public init() {}

  /// Adds a step.
  public mutating func add(
    _ name: String, _ item: NewQueueItem, after: [String] = [],
    ifParentFails policy: QueueDependency.Policy = .fail
  ) {
    steps.append(Step(name: name, item: item, after: after, policy: policy))
  }

  /// The steps in an order in which each follows those it waits for.
  func ordered() throws(DependencyError) -> [Step] {
    var positions: [String: Int] = [:]
    for (index, step) in steps.enumerated() {
      guard positions.updateValue(index, forKey: step.name) == nil else {
        throw .duplicateStep(step.name)
      }
    }
    var missing = steps.map { Set($0.after).count }
    var followers: [[Int]] = Array(repeating: [], count: steps.count)
    for (index, step) in steps.enumerated() {
      guard step.after.count <= PageLimit.maximum else {
        throw .tooManyParents(step.after.count)
      }
      for name in Set(step.after) {
        guard let parent = positions[name] else { throw .unknownStep(name, in: step.name) }
        followers[parent].append(index)
      }
    }
    var order = steps.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for follower in followers[order[next]] {
        missing[follower] -= 1
        if missing[follower] == 0 { order.append(follower) }
      }
      next += 1
    }
    guard order.count == steps.count else { throw .cyclicFlow(cycle(positions, missing)) }
    return order.map { steps[$0] }
  }

  /// A cycle among the steps that could not be put in order.
  private func cycle(_ positions: [String: Int], _ missing: [Int]) -> [String] {
    guard var step = steps.indices.first(where: { missing[$0] > 0 }) else { return [] }
    var path: [Int] = []
    while !path.contains(step) {
      path.append(step)
      // Each of them waits for another one of them.
      let parents = steps[step].after.compactMap { positions[$0] }.filter { missing[$0] > 0 }
      guard let parent = parents.min() else { return [] }
      step = parent
    }
    return path.drop { $0 != step }.map { steps[$0].name }
  }
}
