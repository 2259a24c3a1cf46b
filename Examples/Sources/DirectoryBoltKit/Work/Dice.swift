import Backoffice

/// Random numbers that depend only on a seed and on words: the same seed and the same words give the same
/// numbers, in any order of calls.
struct Dice: Sendable {
  let seed: UInt64

  /// The random numbers of some words.
  func about(_ words: String...) -> RandomSource {
    var sum = seed ^ 0xcbf2_9ce4_8422_2325
    for word in words {
      for byte in word.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
      sum = (sum ^ 0x1f) &* 0x100_0000_01b3
    }
    return .seeded(sum)
  }
}

extension RandomSource {
  /// True in about `percent` of a hundred draws.
  func chance(_ percent: Int) -> Bool { next(below: 100) < percent }

  /// A whole number of a range.
  func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + next(below: range.count)
  }
}
