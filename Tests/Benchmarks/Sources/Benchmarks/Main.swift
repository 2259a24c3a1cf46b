import Foundation

@main
struct Main {
  static func main() {
    #if DEBUG
      print("benchmarks: built without optimisation; figures would mean nothing. Use -c release.")
      exit(2)
    #else
      do {
        try run(Options(Array(CommandLine.arguments.dropFirst())))
      } catch let failure as Options.Failure {
        print("benchmarks: \(failure)")
        exit(2)
      } catch {
        print("benchmarks: \(error)")
        exit(1)
      }
    #endif
  }

  private static func run(_ options: Options) throws {
    let bench = try Bench(options)
    let workloads: [(Int, () throws -> [Outcome])] = [
      (1, { [try bench.bulkInsert()] }),
      (2, { [try bench.findByID(insideRead: false)] }),
      (3, { [try bench.findByID(insideRead: true)] }),
      (4, { [try bench.scanCustomers()] }),
      (5, { [try bench.enqueue(isFull: true), try bench.enqueue(isFull: false)] }),
      (6, { [try bench.claimOneByOne()] }),
      (7, { [try bench.claimByHundreds()] }),
      (8, { [try bench.groupCommit()] }),
      (9, { [try bench.changeStatus()] }),
      (10, { [try bench.claimBehindFuture()] }),
    ]
    var report = Report(
      date: String(Date.now.ISO8601Format().prefix(10)), machine: Report.machineDescription,
      sqlite: Report.sqliteDescription, quick: options.isQuick, rows: options.rows,
      rounds: options.rounds)

    for (number, workload) in workloads where options.only.contains(number) {
      for outcome in try workload() {
        Report.print(outcome)
        // A pipe gets each row when it is measured.
        fflush(nil)
        report.outcomes.append(outcome)
      }
    }
    if let path = options.results { try report.writeJSON(to: path) }
    if let path = options.markdown {
      try report.markdown().write(toFile: path, atomically: true, encoding: .utf8)
    }
  }
}
