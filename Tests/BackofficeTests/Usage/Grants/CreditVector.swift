import Backoffice
import Testing

/// A history of grants and use with known balances, from `spec/money.md`.
///
/// Hours count from 2024-01-01T00:00Z; every grant is 100 credits for 30 days unless it says otherwise.
struct CreditVector: Sendable, CustomTestStringConvertible {
  struct Grant: Sendable {
    var name: Character
    var credits = 100
    var priority = 1
    /// Hours.
    var from = 0.0
    var until: Double? = 30 * 24
    var recurrence: CreditRecurrence?
    var rollOver: CreditRollOver?
  }

  enum Step: Sendable {
    case use(Int, at: Double)
    case void(Character, at: Double)
    case reset(keepingOverage: Bool, at: Double)
  }

  var number: Int
  var grants: [Grant]
  var steps: [Step]
  var asked: Double
  var remaining: [Character: Int]
  var overage = 0
  var segments: Int?

  var testDescription: String { "vector \(number)" }

  static let all: [CreditVector] = [
    CreditVector(
      number: 1, grants: [Grant(name: "A")], steps: [.use(50, at: 1)], asked: 2,
      remaining: ["A": 50]),
    CreditVector(
      number: 2, grants: [Grant(name: "A", from: 240)], steps: [], asked: 120,
      remaining: ["A": 0]),
    CreditVector(
      number: 3, grants: [Grant(name: "A")],
      steps: [.use(50, at: 0.5), .void("A", at: 1), .use(50, at: 2)], asked: 3,
      remaining: ["A": 0], overage: 50, segments: 2),
    CreditVector(
      number: 4, grants: [Grant(name: "A")], steps: [.use(25, at: -1), .use(25, at: 1)], asked: 2,
      remaining: ["A": 50]),
    CreditVector(
      number: 5, grants: [Grant(name: "B", priority: 2), Grant(name: "A", priority: 1)],
      steps: [.use(120, at: 1)], asked: 2, remaining: ["A": 0, "B": 80]),
    CreditVector(
      number: 6, grants: [Grant(name: "B"), Grant(name: "A", until: 29 * 24)],
      steps: [.use(120, at: 1)], asked: 2, remaining: ["A": 0, "B": 80]),
    CreditVector(
      number: 8, grants: [Grant(name: "A", recurrence: .days)], steps: [.use(120, at: 0.5)],
      asked: 25, remaining: ["A": 80]),
    CreditVector(
      number: 9,
      grants: [
        Grant(name: "A", recurrence: .days), Grant(name: "B", priority: 2, from: 25),
      ], steps: [.use(30, at: 24.5), .use(20, at: 25.5)], asked: 26,
      remaining: ["A": 50, "B": 100], segments: 3),
    CreditVector(
      number: 10, grants: [Grant(name: "A", from: -24, until: 0)], steps: [.use(10, at: 0)],
      asked: 1, remaining: ["A": 0], overage: 10),
    CreditVector(
      number: 11, grants: [Grant(name: "A", until: nil, rollOver: CreditRollOver(maximum: 50))],
      steps: [.use(10, at: 1), .reset(keepingOverage: false, at: 2)], asked: 3,
      remaining: ["A": 50]),
    CreditVector(
      number: 12,
      grants: [Grant(name: "A", until: nil, rollOver: CreditRollOver(minimum: 50, maximum: 50))],
      steps: [.use(110, at: 1), .reset(keepingOverage: true, at: 2)], asked: 3,
      remaining: ["A": 40]),
    CreditVector(
      number: 12,
      grants: [Grant(name: "A", until: nil, rollOver: CreditRollOver(minimum: 50, maximum: 50))],
      steps: [.use(110, at: 1), .reset(keepingOverage: false, at: 2)], asked: 3,
      remaining: ["A": 50]),
    CreditVector(
      number: 13,
      grants: [
        Grant(name: "A", credits: 1000, until: nil, rollOver: CreditRollOver(maximum: 1000)),
        Grant(
          name: "B", credits: 1000, priority: 3, until: nil, rollOver: CreditRollOver(maximum: 100)),
      ], steps: [.use(600, at: 1), .reset(keepingOverage: false, at: 2)], asked: 3,
      remaining: ["A": 400, "B": 100]),
    CreditVector(
      number: 14, grants: fourteen,
      steps: [.use(2100, at: 1), .reset(keepingOverage: true, at: 2)], asked: 3,
      remaining: ["A": 0, "B": 400]),
    CreditVector(
      number: 14, grants: fourteen,
      steps: [.use(2600, at: 1), .reset(keepingOverage: true, at: 2)], asked: 3,
      remaining: ["A": 0, "B": 0], overage: 100),
    // What the sources leave open: two become effective at once, a bought grant at a reset.
    CreditVector(
      number: 20,
      grants: [Grant(name: "A", priority: 2, from: 1), Grant(name: "B", priority: 1, from: 1)],
      steps: [.use(25, at: 0)], asked: 2, remaining: ["A": 100, "B": 75]),
    CreditVector(
      number: 21, grants: [Grant(name: "A", until: nil)], steps: [.use(101, at: 1)], asked: 2,
      remaining: ["A": 0], overage: 1),
    CreditVector(
      number: 22, grants: [Grant(name: "A", until: nil)],
      steps: [.use(10, at: 1), .reset(keepingOverage: false, at: 2)], asked: 3,
      remaining: ["A": 90]),
  ]

  private static let fourteen = [
    Grant(name: "A", credits: 1000, until: nil, rollOver: CreditRollOver(maximum: 1000)),
    Grant(
      name: "B", credits: 1000, priority: 3, until: nil,
      rollOver: CreditRollOver(minimum: 500, maximum: 500)),
  ]
}
