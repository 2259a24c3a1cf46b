/// A table of a few columns for people to read.
package struct TextTable {
  /// One column: its title, on which side its text stands, and how wide it may become.
  package struct Column {
    let title: String
    let isNumeric: Bool
    let maximumWidth: Int

    /// Text, on the left.
    package static func text(_ title: String, upTo width: Int = 40) -> Column {
      Column(title: title, isNumeric: false, maximumWidth: width)
    }

    /// Numbers, on the right.
    package static func number(_ title: String) -> Column {
      Column(title: title, isNumeric: true, maximumWidth: 40)
    }
  }

  /// One field: its text, and how it is painted.
  package struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    let text: String
    let paint: Paint
    /// The columns it takes, where the text holds paint already.
    let fixedWidth: Int?

    package init(_ text: String, _ paint: Paint = .plain) {
      // A field is one line, however many its text has.
      self.text =
        text.contains(where: \.isNewline)
        ? text.split(whereSeparator: \.isNewline).joined(separator: " ") : text
      self.paint = paint
      fixedWidth = nil
    }

    private init(painted text: String, width: Int) {
      self.text = text
      paint = .plain
      fixedWidth = width
    }

    /// A text that is painted already and takes `width` columns.
    package static func raw(_ text: String, width: Int) -> Cell {
      Cell(painted: text, width: width)
    }

    var width: Int { fixedWidth ?? text.displayWidth }

    /// Whether it is drawn rather than written.
    var isBar: Bool { text.first.map { "█▏▎▍▌▋▊▉▓▒░".contains($0) } ?? false }

    package init(_ number: Int, _ paint: Paint = .plain) {
      self.init(Human.grouped(number), paint)
    }

    package init(stringLiteral value: String) { self.init(value) }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []

  package init(_ columns: Column...) { self.columns = columns }

  /// Adds a line; missing fields are empty.
  package mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// Adds a line; missing fields are empty.
  package mutating func add(_ cells: [Cell]) { rows.append(cells) }

  /// Whether there is a line besides the titles.
  package var isEmpty: Bool { rows.isEmpty }

  /// The lines, titles first.
  ///
  /// A table that is wider than the screen loses its bars, then has its texts cut, and is shown as
  /// one paragraph a row if that is not enough.
  ///
  /// - Parameters:
  ///   - indent: the spaces in front of each line.
  ///   - width: the columns of the screen; nil for no limit.
  package func lines(indent: Int = 2, width: Int? = Screen.width) -> [String] {
    var widths = columns.indices.map { index in
      let widest = rows.map { $0.count > index ? $0[index].width : 0 }.max() ?? 0
      return min(max(widest, columns[index].title.displayWidth), columns[index].maximumWidth)
    }
    var shown = Array(columns.indices)
    func total() -> Int {
      shown.reduce(indent) { $0 + widths[$1] } + 2 * max(0, shown.count - 1)
    }
    if let width, total() > width {
      shown.removeAll { columns[$0].title.isEmpty && isPainted($0) }
      while total() > width {
        // The first column names the row.
        let flexible = shown.dropFirst().filter { !columns[$0].isNumeric && widths[$0] > 12 }
        guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
      }
      if total() > width { return paragraphs(width: width, indent: indent) }
    }
    let margin = String(repeating: " ", count: indent)
    let titles = columns.map { Cell($0.title, .heading) }
    let rule = shown.map { String(repeating: "─", count: widths[$0]) }.joined(separator: "  ")
    let body = ([titles] + rows).map { margin + line($0, widths, shown) }
    return [body[0], margin + Paint.quiet(rule)] + body.dropFirst()
  }

  private func isPainted(_ column: Int) -> Bool {
    rows.contains { $0.count > column && ($0[column].fixedWidth != nil || $0[column].isBar) }
  }

  /// A row as its first field, and the others below with their titles.
  private func paragraphs(width: Int, indent: Int) -> [String] {
    var lines: [String] = []
    for row in rows {
      if let first = row.first { lines.append(first.paint(first.text.fitted(to: width))) }
      let margin = String(repeating: " ", count: indent)
      var line = ""
      for (index, cell) in row.enumerated().dropFirst() where !cell.text.isEmpty && !cell.isBar {
        let title = columns[index].title
        let text = (title.isEmpty ? cell.text : "\(title) \(cell.text)").fitted(to: width - indent)
        if !line.isEmpty, line.displayWidth + 2 + text.displayWidth > width {
          lines.append(line)
          line = ""
        }
        line += line.isEmpty ? margin + text : "  " + text
      }
      if !line.isEmpty { lines.append(line) }
    }
    return lines
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ shown: [Int]) -> String {
    var parts: [String] = []
    for index in shown {
      let cell = index < cells.count ? cells[index] : ""
      let text = cell.fixedWidth == nil ? cell.text.fitted(to: widths[index]) : cell.text
      let width = cell.fixedWidth ?? text.displayWidth
      let gap = String(repeating: " ", count: max(0, widths[index] - width))
      let painted = cell.paint(text)
      if columns[index].isNumeric {
        parts.append(gap + painted)
      } else {
        parts.append(index == shown.last ? painted : painted + gap)
      }
    }
    var text = parts.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}
