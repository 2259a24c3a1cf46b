/// The small tables that come with the examples, embedded in the program.
///
/// Written from public facts; the businesses and the assistants are invented.
package enum ExampleData {
  /// Directories in which a business can be listed.
  package static var directories: [UInt8] { PackageResources.directories_csv }
  /// Businesses that want to be listed.
  package static var businesses: [UInt8] { PackageResources.businesses_csv }
  /// People who do what a program cannot.
  package static var assistants: [UInt8] { PackageResources.assistants_csv }
}
