import Backoffice
import Logging
import ServiceLifecycle
import UnixSignals

/// A worker as a service of swift-service-lifecycle.
struct WorkerService: Service {
  let worker: Worker

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await worker.run()
    } onGracefulShutdown: {
      worker.shutdown()
    }
  }
}

/// A job that prints a greeting.
struct Greet: Job {
  static let kind = "greet"
  var name: String
}

/// `worker-service <file> [<name>...]` enqueues a greeting for each name, and works until it is
/// told to stop by SIGTERM or SIGINT.
@main
enum Program {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let path = arguments.first else {
      print("usage: worker-service <file> [<name>...]")
      return
    }
    let logger = Logger(label: "worker-service")
    let store = try BackofficeStore(.file(path))
    try store.queue.enqueue(arguments.dropFirst().map { Greet(name: $0) })

    var handlers = JobHandlers()
    handlers.use(.logging { line in logger.info("\(line)") })
    handlers.on(Greet.self) { job, _ in print("Hello, \(job.name)!") }

    var configuration = Worker.Configuration(name: "greeter")
    configuration.onEvent = { event in
      if case .transactionFailed(let reason, _) = event { logger.warning("\(reason)") }
    }
    let worker = try Worker(store, configuration: configuration, handlers: handlers)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: WorkerService(worker: worker))],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    store.close()
  }
}
