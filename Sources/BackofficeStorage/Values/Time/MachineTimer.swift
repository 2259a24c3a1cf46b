package import Dispatch

/// A timer of the machine, once or again and again.
///
/// @unchecked Sendable: dispatch sources may be used from any thread, they only do not say so.
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

  /// Calls `body` once after a time, without the slack that saves power.
  package static func once(
    after delay: Duration, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void
  ) -> MachineTimer {
    // A century is for ever here, and safe from overflow.
    let microseconds = min(max(0, delay.microseconds), 3_155_760_000_000_000)
    let source = DispatchSource.makeTimerSource(flags: .strict, queue: queue)
    source.schedule(deadline: .now() + .microseconds(Int(microseconds)), leeway: .nanoseconds(0))
    return MachineTimer(source, body)
  }

  /// Calls `body` again and again until the timer is cancelled or gone.
  package static func every(
    _ interval: Duration, on queue: DispatchQueue, _ body: @escaping @Sendable () -> Void
  ) -> MachineTimer {
    let source = DispatchSource.makeTimerSource(queue: queue)
    let period = DispatchTimeInterval.microseconds(Int(clamping: interval.microseconds))
    source.schedule(deadline: .now() + period, repeating: period, leeway: .milliseconds(1))
    return MachineTimer(source, body)
  }

  /// Ends the calls; one may still be under way.
  package func cancel() { source.cancel() }
}
