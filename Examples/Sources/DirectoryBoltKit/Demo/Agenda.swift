import Backoffice
import HeapModule

/// Future events in order of time.
struct Agenda {
  /// An event at a moment.
  enum Event {
    case newDay
    case newHour
    case signUp(Business)
    case pipelineMove(ID<Customer>, CustomerStatus)
    case trialEnds(ID<Customer>, isConverted: Bool)
    case campaign(ID<Customer>, wave: Int)
    case workerIsFree(Int)
    case assistantIsFree(Int)
    case reviewStarts(ID<Submission>)
    case reviewEnds(ID<Submission>)
  }

  private struct Entry: Comparable {
    let at: Timestamp
    /// Events of the same moment keep their order of insertion.
    let sequence: Int
    let event: Event

    static func < (left: Entry, right: Entry) -> Bool {
      (left.at, left.sequence) < (right.at, right.sequence)
    }

    static func == (left: Entry, right: Entry) -> Bool { left.sequence == right.sequence }
  }

  private var entries = Heap<Entry>()
  private var count = 0

  /// Adds an event.
  mutating func add(_ event: Event, at time: Timestamp) {
    entries.insert(Entry(at: time, sequence: count, event: event))
    count += 1
  }

  /// Removes and returns the next event before `end`.
  mutating func next(before end: Timestamp) -> (at: Timestamp, event: Event)? {
    guard let first = entries.min, first.at < end else { return nil }
    entries.removeMin()
    return (first.at, first.event)
  }
}
