import Dispatch
import Foundation

/// A thread of a test's own, which may wait as long as it likes.
///
/// Tasks and global queues share a few threads: twice as many as the machine has cores, at most. A
/// test that holds one of them while it waits for work that needs another one waits for ever as soon
/// as some other tests do the same.
public struct TestThread: Sendable {
  private let end = DispatchSemaphore(value: 0)

  /// Starts the work at once.
  @discardableResult
  public init(_ work: @escaping @Sendable () -> Void) {
    let end = end
    Thread.detachNewThread {
      work()
      end.signal()
    }
  }

  /// Waits for the end of the work; may be called again.
  public func join() {
    end.wait()
    end.signal()
  }

  /// Runs the work on several threads at once, each with its number, and waits for all of them.
  public static func run(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { number in TestThread { work(number) } }
    for thread in threads { thread.join() }
  }

  /// What the work gives, without a thread that tasks share being held in the meantime.
  public static func value<Value: Sendable>(
    of work: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }
}
