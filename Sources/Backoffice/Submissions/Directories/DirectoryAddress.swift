/// The key by which different spellings of a directory's address are matched.
enum DirectoryAddress {
  /// The address without surrounding white space, scheme, `www.` and trailing slashes, with its
  /// host in lower case; nil if there is no host.
  ///
  /// Path and query keep their case because servers distinguish it.
  static func key(of address: String) -> String? {
    var rest = Substring(address)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    if let scheme = schemeEnd(in: rest) { rest = rest[scheme...] }
    // A fragment is never sent to a server.
    if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
    while rest.last == "/" { rest.removeLast() }
    let hostEnd = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    var host = rest[..<hostEnd].lowercased()
    if host.hasPrefix("www."), host.dropFirst(4).contains(".") { host.removeFirst(4) }
    guard !host.isEmpty, host.first != ".", !rest.contains(where: \.isWhitespace) else {
      return nil
    }
    return host + rest[hostEnd...]
  }

  /// The index after `scheme://` or `//`.
  private static func schemeEnd(in text: Substring) -> Substring.Index? {
    var index = text.startIndex
    while index < text.endIndex {
      let character = text[index]
      if text[index...].hasPrefix("://") { return text.index(index, offsetBy: 3) }
      if index == text.startIndex, text.hasPrefix("//") { return text.index(index, offsetBy: 2) }
      guard character.isLetter || character.isNumber || "+-.".contains(character) else {
        return nil
      }
      index = text.index(after: index)
    }
    return nil
  }
}
