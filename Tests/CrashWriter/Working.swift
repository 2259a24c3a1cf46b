import Backoffice
import Foundation

/// One write of a short line to a pipe is never torn.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// Runs a worker until standard input ends.
///
/// Says `ready`, then `ran <item> <microseconds>` when a handler begins. Nothing but a sign of
/// another process wakes it: it does not poll.
struct Working {
  let path: String
  let name: String

  func run() async throws {
    var settings = BackofficeStore.Configuration()
    settings.database.busyTimeout = .seconds(20)
    let store = try BackofficeStore(.file(path), configuration: settings)
    var handlers = JobHandlers()
    handlers.onOtherKinds { context in
      say("ran \(context.item.id) \(StoreClock.system.now().microseconds)")
      return nil
    }
    var configuration = Worker.Configuration(name: name)
    configuration.lease = .seconds(2)
    configuration.prefetch = 8
    configuration.pollInterval = .hours(1)
    configuration.onEvent = { event in
      switch event {
      case .began, .ended, .started: break
      default: say("\(event)")
      }
    }
    let worker = try Worker(store, configuration: configuration, handlers: handlers)
    let input = Thread {
      while !FileHandle.standardInput.availableData.isEmpty {}
      worker.shutdown()
    }
    input.start()
    say("ready")
    try await worker.run()
    store.close()
    say("over")
  }
}
