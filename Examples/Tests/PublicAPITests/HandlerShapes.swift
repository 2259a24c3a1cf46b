import Backoffice
import ClashingNames

/// A kind of work without a result.
struct Send: Backoffice.Job {
  static let kind = "send"
  var number: Int
}

/// A kind of work with a result.
struct Count: Backoffice.Job {
  typealias Result = Int
  static let kind = "count"
  var numbers: [Int]
}

struct Refusal: Error {}

@Sendable func deliver(_ job: Send) async throws -> String { "delivered \(job.number)" }
@Sendable func note(_ text: String) {}

/// Every ordinary body of a handler, as a program would write it; what counts is that they compile.
enum HandlerShapes {
  // swift-format-ignore: OnlyOneTrailingClosureArgument
  static let withoutResult: [@Sendable (inout JobHandlers) -> Void] = [
    {
      $0.on(Send.self) { job, context in
        note("one")
        _ = try await deliver(job)
      }
    },
    {
      $0.on(Send.self) { job, context in
        note("one")
        _ = try await deliver(job)
      }
    },
    { $0.on(Send.self) { _, _ in throw Refusal() } },
    { $0.on(Send.self) { job, _ in if job.number < 0 { throw Refusal() } } },
    {
      $0.on(Send.self) { job, _ in
        if job.number > 2 { note("many") } else { note("few") }
      }
    },
    {
      $0.on(Send.self) { job, _ in
        let answer = try await deliver(job)
        note(answer)
      }
    },
    {
      $0.on(Send.self) { job, _ in
        for number in 0..<job.number { note("\(number)") }
      }
    },
    {
      $0.on(Send.self) { job, context in
        do { _ = try await deliver(job) } catch { throw ItemFailure(message: "\(error)") }
      }
    },
    {
      $0.on(Send.self) { job, context in
        context.report(percent: 50, step: "half")
        _ = try await deliver(job)
      }
    },
    {
      $0.on(Send.self) { job, _ in
        guard job.number > 0 else { return }
        note("some")
      }
    },
    {
      $0.on(Send.self) { job, _ in
        switch job.number {
        case 0: return
        default: note("some")
        }
      }
    },
    {
      $0.on(Send.self) { job, _ in
        defer { note("over") }
        note("\(job.number)")
      }
    },
    {
      $0.on(Send.self) { job, _ in
        var left = job.number
        while left > 0 { left -= 1 }
      }
    },
    { $0.on(Send.self) { job, _ in _ = try await deliver(job) } },
    { $0.on(Send.self) { _, _ in } },
    {
      $0.on(Send.self, concurrency: 2) { job, context in
        try await context.complete { transaction in
          let now = transaction.now
          try transaction.execute(sql: "SELECT ?", now)
        }
      }
    },
    {
      $0.on(Send.self) { job, _ in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<2 { group.addTask { note("child") } }
        }
      }
    },
    { $0.on(Send.self) { _, _ in NoResult() } },
    {
      $0.on(Send.self) { job, _ in
        note("\(job.number)")
        return NoResult()
      }
    },
    { $0.on(Send.self, perform: { job, _ in note("\(job.number)") }) },
  ]

  static let withResult: [@Sendable (inout JobHandlers) -> Void] = [
    { $0.on(Count.self) { job, _ in job.numbers.count } },
    {
      $0.on(Count.self) { job, _ in
        let numbers = job.numbers
        return numbers.count
      }
    },
    {
      $0.on(Count.self) { job, context in
        context.report(percent: 10)
        guard !job.numbers.isEmpty else { throw Refusal() }
        for number in job.numbers { note("\(number)") }
        return job.numbers.count
      }
    },
    { $0.on(Count.self) { _, _ in throw Refusal() } },
    {
      $0.on(Count.self) { job, _ in
        do { return try await deliver(Send(number: 1)).count } catch { return 0 }
      }
    },
  ]

  static let byName: [@Sendable (inout JobHandlers) -> Void] = [
    {
      $0.on(kind: "raw") { context in
        note(context.item.kind)
        return nil
      }
    },
    { $0.on(kind: "raw") { _ in nil } },
    { $0.on(kind: "raw") { _ in throw Refusal() } },
    {
      $0.onOtherKinds { context in
        if context.attempt > 1 { throw Refusal() }
        return try JSONText(#"{"done":true}"#)
      }
    },
    {
      $0.use(
        JobMiddleware { context, next in
          note("before")
          let result = try await next(context)
          note("after")
          return result
        })
    },
  ]
}
