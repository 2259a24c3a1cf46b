package import Backoffice

extension ID {
  /// The id for a name of another system; the same name always has the same id.
  ///
  /// For entities without a row in the store. Two FNV-1a sums over the text, with the
  /// version and variant bits of a name-based UUID.
  package init(naming name: String, in space: String) {
    func sum(_ text: String, from basis: UInt64) -> UInt64 {
      text.utf8.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
    let text = space + "\u{1f}" + name
    let high = sum(text, from: 0xcbf2_9ce4_8422_2325)
    let low = sum(text, from: sum(text, from: 0x6c62_272e_07bb_0142))
    self.init(
      high: high & ~0xf000 | 0x8000, low: low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
  }
}
