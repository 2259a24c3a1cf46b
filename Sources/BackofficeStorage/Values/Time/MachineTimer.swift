package import Dispatch

/// A one-shot or repeating timer.
///
/// @unchecked Sendable: dispatch sources are thread-safe, but not declared as such.
package final class MachineTimer: @unchecked Sendable {
  private let source: any DispatchSourceTimer

  private init(
    _ source: any DispatchSourceTimer, _ body: @escaping @Sendable () -> Void
  ) {
    self.source = source
    source.setEventHandler(handler: DispatchWorkItem(block: body))
    source.activate()
  }

  deinit { source.cancel() }

  /// Calls `body` once after a delay, without leeway.
  package static func once(
    after delay: Duration, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void
  ) -> MachineTimer {
    // Clamped to a century, which avoids overflow.
    let microseconds = min(max(0, delay.microseconds), 3_155_760_000_000_000)
    let source = DispatchSource.makeTimerSource(flags: .strict, queue: queue)
    source.schedule(deadline: .now() + .microseconds(Int(microseconds)), leeway: .nanoseconds(0))
    return MachineTimer(source, body)
  }

  /// Calls `body` at intervals until the timer is cancelled or deallocated.
  package static func every(
    _ interval: Duration, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void
  ) -> MachineTimer {
    let source = DispatchSource.makeTimerSource(queue: queue)
    let period = DispatchTimeInterval.microseconds(Int(clamping: interval.microseconds))
    source.schedule(deadline: .now() + period, repeating: period, leeway: .milliseconds(1))
    return MachineTimer(source, body)
  }

  /// Cancels the timer; a call may still be running.
  package func cancel() { source.cancel() }
}
