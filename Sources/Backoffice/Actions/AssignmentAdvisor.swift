/// A pack that influences the assignment of actions.
///
/// ```swift
/// struct LanguagesPack: StorePack, AssignmentAdvisor {
///   let name = "languages"
///
///   func advice(
///     on action: PendingAction, in transaction: borrowing some Transaction & ~Copyable
///   ) throws -> AssignmentAdvice {
///     var advice = AssignmentAdvice()
///     for assistant in try speakers(of: action, transaction) { advice.scores[assistant] = 30 }
///     return advice
///   }
/// }
/// ```
///
/// Every automatic assignment, offer and reassignment asks the advisors among the packs of the
/// store and records their advice in its ``AssignmentDecision``. A manual assignment asks them too,
/// unless it is overriding.
public protocol AssignmentAdvisor: StorePack {
  /// The advice of the pack about the assignment of an action.
  ///
  /// - Parameters:
  ///   - action: the action.
  ///   - transaction: the transaction of the decision; the advisor only reads.
  /// - Throws: any error; it ends the decision.
  func advice(
    on action: PendingAction, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> AssignmentAdvice
}

/// The advice of a pack about the assignment of an action.
public struct AssignmentAdvice: Sendable, Hashable {
  /// The scores of assistants, in percentage points of their capacity, -1,000 to 1,000.
  ///
  /// An assistant with a score of 20 is ranked as if another fifth of their capacity were free. The
  /// scores of several packs are added.
  public var scores: [ID<Assistant>: Int]
  /// The assistants who must not receive the action, each with a reason in words.
  public var objections: [ID<Assistant>: String]

  /// Creates advice; empty by default.
  public init(scores: [ID<Assistant>: Int] = [:], objections: [ID<Assistant>: String] = [:]) {
    self.scores = scores
    self.objections = objections
  }
}

/// The combined advice of all packs about an action.
struct JoinedAdvice: Sendable {
  private(set) var scores: [ID<Assistant>: Int] = [:]
  private(set) var objections: [ID<Assistant>: [String]] = [:]

  init() {}

  init(on id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable) throws {
    let advisors = transaction.packs.compactMap { $0 as? any AssignmentAdvisor }
    guard !advisors.isEmpty, let action = try PendingAction.find(id, in: transaction) else {
      return
    }
    for advisor in advisors {
      let advice = try advisor.advice(on: action, in: transaction)
      for (assistant, score) in advice.scores {
        scores[assistant, default: 0] += min(max(score, -1000), 1000)
      }
      for (assistant, reason) in advice.objections {
        objections[assistant, default: []].append(reason)
      }
    }
  }
}
