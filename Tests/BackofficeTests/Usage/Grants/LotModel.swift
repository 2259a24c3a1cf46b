/// The credits of one customer as a plain simulation, hour by hour, with lists that are folded anew.
///
/// It shares no code and no idea with the library: what remains of a lot is the fold of its log, and a
/// release removes the entry of the hold from the log, as if it had never been.
struct LotModel {
  enum Entry {
    case give(Int)
    case take(Int)
    case bounds(Int, Int)
  }

  struct Lot {
    var credits: Int
    var priority: Int
    var from: Int
    var until: Int?
    var everyHours: Int?
    var bounds: (Int, Int)?
    var isOpen = false
    var isDead = false
    var log: [Entry] = []

    var free: Int {
      guard isOpen, !isDead else { return 0 }
      return log.reduce(0) { sum, entry in
        switch entry {
        case .give(let number): sum + number
        case .take(let number): sum - number
        case .bounds(let low, let high): min(high, max(low, sum))
        }
      }
    }
  }

  struct Part {
    var lot: Int
    var entry: Int
    var credits: Int
    var generation: Int
  }

  /// The first is the plan, which ends with its period.
  var lots: [Lot]
  var holds: [Int: (parts: [Part], until: Int?)] = [:]
  var owed = 0
  var generation = 0
  var periodEnd: Int

  init(limit: Int, periodEnd: Int) {
    var plan = Lot(credits: limit, priority: 1, from: 0)
    plan.isOpen = true
    plan.log = [.give(limit)]
    lots = [plan]
    self.periodEnd = periodEnd
  }

  var free: Int { lots.reduce(0) { $0 + $1.free } }

  private var order: [Int] {
    lots.indices.sorted { a, b in
      func key(_ index: Int) -> (Int, Int, Int) {
        (lots[index].priority, (index == 0 ? periodEnd : lots[index].until) ?? .max, index)
      }
      return key(a) < key(b)
    }
  }

  private mutating func take(_ credits: Int) -> [Part] {
    var parts: [Part] = []
    var missing = credits
    for index in order where missing > 0 {
      let number = min(missing, lots[index].free)
      guard number > 0 else { continue }
      lots[index].log.append(.take(number))
      parts.append(
        Part(lot: index, entry: lots[index].log.count - 1, credits: number, generation: generation))
      missing -= number
    }
    return parts
  }

  mutating func pay() {
    guard owed > 0 else { return }
    owed -= take(owed).reduce(0) { $0 + $1.credits }
  }

  private mutating func giveBack(_ part: Part, _ credits: Int) {
    guard part.lot > 0 || part.generation == generation else { return }
    if case .take(let number) = lots[part.lot].log[part.entry] {
      lots[part.lot].log[part.entry] = .take(number - credits)
    }
  }

  mutating func release(_ hold: Int, keeping captured: Int = 0, isPaying: Bool = true) {
    guard let parts = holds.removeValue(forKey: hold)?.parts else { return }
    var kept = captured
    for part in parts {
      let number = min(kept, part.credits)
      kept -= number
      giveBack(part, part.credits - number)
    }
    if isPaying { pay() }
  }

  mutating func hold(_ credits: Int, until: Int?, as id: Int) -> Bool {
    guard credits <= free else { return false }
    holds[id] = (take(credits), until)
    return true
  }

  mutating func record(_ credits: Int) {
    let taken = take(credits).reduce(0) { $0 + $1.credits }
    owed += credits - taken
  }

  mutating func open(_ hour: Int) {
    for index in lots.indices.dropFirst() where !lots[index].isOpen && lots[index].from <= hour {
      lots[index].isOpen = true
      lots[index].log.append(.give(lots[index].credits))
    }
    pay()
  }

  /// Everything that time does in an hour; a period may begin in it.
  mutating func pass(_ hour: Int, period: (limit: Int, end: Int, keeps: Bool)?) {
    for index in lots.indices.dropFirst() {
      if let until = lots[index].until, until <= hour { lots[index].isDead = true }
    }
    for (id, hold) in holds.sorted(by: { $0.key < $1.key }) {
      if let until = hold.until, until <= hour { release(id, isPaying: false) }
    }
    if let period {
      generation += 1
      lots[0].log = [.give(period.limit)]
      periodEnd = period.end
      for index in lots.indices.dropFirst() where lots[index].isOpen {
        if let (low, high) = lots[index].bounds { lots[index].log.append(.bounds(low, high)) }
      }
      if !period.keeps { owed = 0 }
    }
    for index in lots.indices.dropFirst() {
      guard let every = lots[index].everyHours, lots[index].isOpen, hour > lots[index].from,
        (hour - lots[index].from) % every == 0
      else { continue }
      lots[index].log.append(.bounds(lots[index].credits, lots[index].credits))
    }
    open(hour)
  }
}
