import ExampleSupport
import Testing

@Suite("What people read")
struct TerminalTests {
  @Test("Wide characters and emoji take two columns")
  func widths() {
    #expect("abc".displayWidth == 3)
    #expect("é".displayWidth == 1)
    #expect("🚀 Go".displayWidth == 5)
    #expect("⭐️".displayWidth == 2)
    #expect("🗞 Press".displayWidth == 8)
    #expect("日本".displayWidth == 4)
    #expect("👩‍👩‍👧".displayWidth == 2)
    #expect("日本語".fitted(to: 4) == "日…")
    #expect("abc".fitted(to: 3) == "abc")
  }

  @Test("Columns line up under wide text")
  func table() {
    var table = TextTable(.text("Name"), .number("Count"))
    table.add("🚀 Go", .init(12))
    table.add("plain text", .init(1_234_567))
    let lines = table.lines()
    #expect(Set(lines.map(\.displayWidth)) == [2 + 10 + 2 + 9])
  }

  @Test("Bars, lines and figures")
  func charts() {
    #expect(Charts.bar(4, of: 8, width: 4) == "██")
    #expect(Charts.bar(1, of: 1000, width: 4) == "▏")
    #expect(Charts.bar(0, of: 8) == "")
    #expect(Charts.sparkline([0, 1, 7]) == "▁▂█")
    #expect(Human.grouped(-1_234_567) == "-1,234,567")
    #expect(Human.hundredths(24_409_194) == "244,091.94")
    #expect(Human.percent(8, of: 45) == "17.8 %")
    #expect(Human.percent(0, of: 0) == "–")
    #expect(Human.duration(seconds: 839_694) == "9 d 17 h")
  }
}
