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
      self.text = text
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
  package func lines(indent: Int = 2) -> [String] {
    let widths = columns.indices.map { index in
      let widest = rows.map { $0.count > index ? $0[index].width : 0 }.max() ?? 0
      return min(max(widest, columns[index].title.displayWidth), columns[index].maximumWidth)
    }
    let margin = String(repeating: " ", count: indent)
    let titles = columns.map { Cell($0.title, .heading) }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    let body = ([titles] + rows).map { margin + line($0, widths) }
    return [body[0], margin + Paint.quiet(rule)] + body.dropFirst()
  }

  private func line(_ cells: [Cell], _ widths: [Int]) -> String {
    var parts: [String] = []
    for index in columns.indices {
      let cell = index < cells.count ? cells[index] : ""
      let text = cell.fixedWidth == nil ? cell.text.fitted(to: widths[index]) : cell.text
      let width = cell.fixedWidth ?? text.displayWidth
      let gap = String(repeating: " ", count: max(0, widths[index] - width))
      let painted = cell.paint(text)
      if columns[index].isNumeric {
        parts.append(gap + painted)
      } else {
        parts.append(index == columns.count - 1 ? painted : painted + gap)
      }
    }
    var text = parts.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}
