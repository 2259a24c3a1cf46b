extension BackofficeTool {
  /// Moves options before a subcommand after it, where the parser expects them:
  /// `migrate --folder db --database app.sqlite up` means `migrate up --folder db …`.
  ///
  /// A script can keep the common options of its calls in one place. Options that the subcommand does not
  /// have are omitted; options after the subcommand stay unchanged.
  package static func arranged(_ arguments: [String]) -> [String] {
    guard let command = arguments.first, command == "migrate" || command == "queue" else {
      return arguments
    }
    var common: [[String]] = []
    var rest = arguments.dropFirst()
    while let option = rest.first, option.hasPrefix("-"), !kept.contains(option) {
      rest.removeFirst()
      var words = [option]
      if ["--folder", "--database", "-d"].contains(option), let value = rest.popFirst() {
        words.append(value)
      }
      common.append(words)
    }
    guard let subcommand = rest.popFirst(), !common.isEmpty else { return arguments }
    let useless = command == "migrate" ? withoutUse[subcommand] ?? [] : []
    let words = common.filter { words in
      !useless.contains { words[0] == $0 || words[0].hasPrefix($0 + "=") }
    }
    return [command, subcommand] + words.joined() + rest
  }

  private static let kept = ["--help", "-h", "--version", "--"]
  private static let withoutUse = [
    "lint": ["--database", "-d"], "new": ["--database", "-d"], "dump": ["--folder"],
    "restore": ["--folder"],
  ]
}
