import DirectoryBoltKit
import ExampleSupport

@main
enum Program {
  static func main() async {
    await Launch.main(DirectoryBoltTool.self, Array(CommandLine.arguments.dropFirst()))
  }
}
