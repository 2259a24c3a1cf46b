import ArgumentParser

/// Suggestions for words that were mistyped.
package enum Suggestion {
  /// The known word that is nearest to a word, if one is near.
  package static func nearest(to word: String, in known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    return known.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit && $0.1 > 0 }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// ` Did you mean 'x'?`, or nothing.
  package static func sentence(for word: String, in known: some Sequence<String>) -> String {
    nearest(to: word, in: known).map { " Did you mean '\($0)'?" } ?? ""
  }

  /// Adds a suggestion to the message about an argument that is no subcommand.
  static func improve(
    _ message: String, of root: any ParsableCommand.Type, _ arguments: [String]
  ) -> String {
    guard message.contains("Unexpected argument") else { return message }
    var command = root
    for argument in arguments.prefix(while: { !$0.hasPrefix("-") }) {
      let known = command.configuration.subcommands
      if let next = known.first(where: { name(of: $0) == argument }) {
        command = next
        continue
      }
      let sentence = sentence(for: argument, in: known.map(name))
      guard !sentence.isEmpty, let end = message.firstIndex(of: "\n") else { return message }
      return message[..<end] + "." + sentence + message[end...]
    }
    return message
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command._commandName
  }

  /// The number of insertions, deletions, replacements and exchanges of neighbours.
  private static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first.lowercased()), Array(second.lowercased()))
    guard !first.isEmpty, !second.isEmpty, first.count < 64, second.count < 64 else {
      return max(first.count, second.count)
    }
    var rows = [Array(0...second.count)]
    for row in 1...first.count {
      var line = [row]
      for column in 1...second.count {
        let isSame = first[row - 1] == second[column - 1]
        var best = min(
          rows[row - 1][column] + 1, line[column - 1] + 1,
          rows[row - 1][column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, first[row - 1] == second[column - 2],
          first[row - 2] == second[column - 1]
        {
          best = min(best, rows[row - 2][column - 2] + 1)
        }
        line.append(best)
      }
      rows.append(line)
    }
    return rows[first.count][second.count]
  }
}
