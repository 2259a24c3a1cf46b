import Foundation

/// Moments of real time, for kills of other processes, which no injected clock reaches.
enum Moment {
  /// Gives the processor to others until the time is over: short and exact, unlike a sleep, whose
  /// end a busy system puts off to where the killed process has long done its work.
  static func pass(_ time: Duration) {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end { sched_yield() }
  }
}
