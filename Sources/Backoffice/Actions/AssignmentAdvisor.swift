/// A pack that has a say in who gets an action.
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
/// Every automatic assignment, offer and handover asks the advisors among the packs of the store, and
/// keeps what they said in its ``AssignmentDecision``. An assignment by hand asks them too, unless it is
/// overriding.
public protocol AssignmentAdvisor: StorePack {
  /// What the pack has to say about who gets an action.
  ///
  /// - Parameters:
  ///   - action: the action.
  ///   - transaction: the transaction of the decision; the advisor only reads.
  /// - Throws: whatever ends the decision with an error.
  func advice(
    on action: PendingAction, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> AssignmentAdvice
}

/// What a pack has to say about who gets an action.
public struct AssignmentAdvice: Sendable, Hashable {
  /// What is added to the claim of assistants, in percentage points of their capacity, -1,000 to 1,000.
  ///
  /// An assistant with a score of 20 is ranked as if a fifth of the capacity more were free. The scores
  /// of several packs add up.
  public var scores: [ID<Assistant>: Int]
  /// Which assistants must not get it, each with the reason in words.
  public var objections: [ID<Assistant>: String]

  /// Describes advice; without arguments, none.
  public init(scores: [ID<Assistant>: Int] = [:], objections: [ID<Assistant>: String] = [:]) {
    self.scores = scores
    self.objections = objections
  }
}

/// What all packs together have to say about an action.
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
