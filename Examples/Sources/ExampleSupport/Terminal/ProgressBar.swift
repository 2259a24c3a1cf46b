import Foundation

/// A progress bar on standard error: only on a terminal, never in a pipe or a file.
package final class ProgressBar {
  private let title: String
  private let total: Int
  private let isShown: Bool
  private var drawn = ""

  /// Creates a bar of `total` steps.
  package init(_ title: String, total: Int) {
    self.title = title
    self.total = max(1, total)
    let terminal = ProcessInfo.processInfo.environment["TERM"] ?? "dumb"
    isShown = isatty(FileHandle.standardError.fileDescriptor) != 0 && terminal != "dumb"
  }

  /// Shows the number of completed steps, with a note on the current one.
  package func show(_ done: Int, _ note: String = "") {
    guard isShown else { return }
    let width = 28
    let filled = Charts.bar(done, of: total, width: width)
    let gap = String(repeating: "·", count: max(0, width - filled.displayWidth))
    let percent = Human.whole(Double(min(done, total)) / Double(total) * 100)
    let line = "\(title) \(filled)\(gap) \(percent) % \(note)".fitted(to: 78)
    guard line != drawn else { return }
    drawn = line
    write("\r\u{1b}[K" + line)
  }

  /// Removes the bar.
  package func finish() {
    guard isShown, !drawn.isEmpty else { return }
    drawn = ""
    write("\r\u{1b}[K")
  }

  private func write(_ text: String) { Output.progress(text) }
}
