extension MigrationFileForm {
  /// Suggests a valid name for a file whose name has no known form.
  static func suggestion(for file: String) -> String? {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 1, file.lowercased().hasSuffix(".sql") else { return nil }
    let stem = String(file.dropLast(4))
    return candidates(for: stem).first { candidate in
      candidate != file && MigrationFileForm(candidate) != nil
    }
  }

  private static func candidates(for stem: String) -> [String] {
    var result: [String] = []
    for (ending, wanted) in [
      ("_up", ".up"), ("-up", ".up"), ("_down", ".down"), ("-down", ".down"), (".UP", ".up"),
      (".DOWN", ".down"), (".rollback", "_rollback"), ("-rollback", "_rollback"),
      (".undo", ".down"), (".revert", ".down"),
    ] where stem.hasSuffix(ending) {
      let cut = String(stem.dropLast(ending.count))
      result.append("\(cut)\(wanted).sql")
      result.append("\(number(cut))\(wanted).sql")
    }
    for ending in [".up", ".down"] where stem.hasSuffix(ending) {
      result.append("\(number(dotless(String(stem.dropLast(ending.count)))))\(ending).sql")
    }
    result.append("\(stem).sql")
    if let first = stem.first, "vubr".contains(first) {
      // `v1__name` is Flyway's form in lower case; `v1_name` is the library's form with too few
      // digits.
      result.append(first.uppercased() + stem.dropFirst() + ".sql")
      let written = stem.dropFirst().prefix { $0.isNumber }
      let digits = written.drop { $0 == "0" }
      let padding = String(repeating: "0", count: max(0, 4 - digits.count))
      let rest = stem.dropFirst(1 + written.count)
      result.append("v\(padding)\(digits)\(separated(rest)).sql".lowercased())
    }
    if let first = stem.first, "VUB".contains(first),
      let bar = stem.firstIndex(where: { $0 == "_" || $0 == "-" })
    {
      let rest = stem[bar...].drop { $0 == "_" || $0 == "-" }
      result.append("\(stem[..<bar])__\(rest).sql")
    }
    if stem.hasPrefix("R_"), !stem.hasPrefix("R__") { result.append("R__\(stem.dropFirst(2)).sql") }
    result.append("\(number(stem)).sql")
    result.append("\(number(dotless(stem))).sql")
    return result
  }

  /// Rewrites `001-name` and `001 name` as `001_name`.
  private static func number(_ stem: String) -> String {
    let digits = stem.prefix { $0.isNumber }
    guard !digits.isEmpty else { return stem }
    return digits + separated(stem.dropFirst(digits.count))
  }

  private static func separated(_ rest: some StringProtocol) -> String {
    let name = rest.drop { !$0.isLetter && !$0.isNumber }
    return name.isEmpty ? "" : "_\(name)"
  }

  private static func dotless(_ stem: String) -> String {
    String(stem.map { $0 == "." ? "_" : $0 })
  }
}
