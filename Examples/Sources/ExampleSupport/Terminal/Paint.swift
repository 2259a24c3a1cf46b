import Rainbow

/// The meaning of a text, shown as a colour on a terminal and not in a pipe or with NO_COLOR.
package enum Paint: Sendable {
  /// Whether colours are shown.
  static let isVisible = heading("x") != "x"

  case plain, heading, quiet, good, notable, bad, accent

  /// The text as this paint shows it.
  package func callAsFunction(_ text: String) -> String {
    switch self {
    case .plain: text
    case .heading: text.bold
    case .quiet: text.dim
    case .good: text.green
    case .notable: text.yellow
    case .bad: text.red
    case .accent: text.cyan
    }
  }
}
