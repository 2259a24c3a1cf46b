import Foundation

/// What the command line asks for.
struct Options {
  var only: Set<Int> = Set(1...25)
  var rows = 500_000
  var rounds = 7
  var isQuick = false
  /// Whether work that waits for nothing is measured by processor time.
  var usesProcessorTime = false
  /// The one side to run, for a profiler; nil for all.
  var side: String?
  /// The largest table of the growth run.
  var growth = 1_000_000
  var results: String?
  var markdown: String?
  var scratch = NSTemporaryDirectory() + "backoffice-benchmarks"
  /// How to reach the PostgreSQL that the script started; nil for none.
  var postgres: String?

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(_ name: String) throws -> String {
      guard let value = rest.popFirst() else { throw Failure(description: "\(name) needs a value") }
      return value
    }
    func number(_ name: String) throws -> Int {
      let text = try value(name)
      guard let number = Int(text), number > 0 else {
        throw Failure(description: "\(name) needs a number above 0, not '\(text)'")
      }
      return number
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--only":
        only = Set(
          try value(argument).split(separator: ",").map { part in
            guard let number = Int(part), (1...25).contains(number) else {
              throw Failure(description: "--only takes numbers from 1 to 25, not '\(part)'")
            }
            return number
          })
      case "--quick":
        isQuick = true
        rows = min(rows, 20_000)
        growth = min(growth, 100_000)
      case "--processor-time": usesProcessorTime = true
      case "--rows": rows = try number(argument)
      case "--rounds": rounds = try number(argument)
      case "--side": side = try value(argument)
      case "--growth": growth = try number(argument)
      case "--json": results = try value(argument)
      case "--markdown": markdown = try value(argument)
      case "--scratch": scratch = try value(argument)
      case "--postgres": postgres = try value(argument)
      default: throw Failure(description: "unknown option \(argument)")
      }
    }
  }

  /// The number of operations in a round: fewer in a quick run.
  func operations(_ count: Int) -> Int { isQuick ? max(100, count / 10) : count }
}
