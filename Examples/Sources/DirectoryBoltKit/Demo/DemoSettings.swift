package import Backoffice
package import ExampleSupport

/// The settings of a demonstration; the same settings give the same result.
package struct DemoSettings {
  package var seed: UInt64 = 7
  package var days = 30
  package var workers = 4
  /// The table of directories.
  package var directories: ByteSource
  /// The table of businesses.
  package var businesses: ByteSource
  /// The table of assistants.
  package var assistants: ByteSource
  /// When the first day begins: a Monday.
  package var start = Timestamp(microseconds: 1_769_990_400_000_000)

  package init(directories: ByteSource, businesses: ByteSource, assistants: ByteSource) {
    self.directories = directories
    self.businesses = businesses
    self.assistants = assistants
  }
}
