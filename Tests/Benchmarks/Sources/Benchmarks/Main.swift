import Foundation

@main
struct Main {
  static func main() {
    #if DEBUG
      print("benchmarks: built without optimisation; figures would mean nothing. Use -c release.")
      exit(2)
    #else
      do {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 2, arguments[0] == "--measure-memory" {
          try Bench.measureMemory(arguments[1])
        } else if arguments.count == 2, arguments[0] == "--serve-worker" {
          try Bench.serveWorker(arguments[1])
        } else {
          try run(Options(arguments))
        }
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
      (11, { [try bench.analyticsRefresh()] }),
      (12, { [try bench.rebuildSnapshots()] }),
      (13, { try bench.openFiles() }),
      (14, { try bench.growth() }),
      (15, { [try bench.memory()] }),
      (16, { [try bench.triggerCost()] }),
      (
        17,
        { [try bench.workerThroughput(isFull: true), try bench.workerThroughput(isFull: false)] }
      ),
      (18, { [try bench.workerLatency(abroad: false), try bench.workerLatency(abroad: true)] }),
      (19, { try bench.plainItem() }),
      (20, { [try bench.paidItem()] }),
      (21, { try bench.consume() }),
      (25, { [try bench.statement()] }),
    ]
    var report = Report(
      date: String(Date.now.ISO8601Format().prefix(10)), machine: Report.machineDescription,
      sqlite: Report.sqliteDescription, quick: options.isQuick, rows: options.rows,
      rounds: options.rounds, processorTime: options.usesProcessorTime)

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
      try report.writeMarkdown(to: path)
    }
  }
}
