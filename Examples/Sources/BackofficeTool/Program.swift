import BackofficeToolKit
import ExampleSupport

@main
enum Program {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    await Launch.main(BackofficeTool.self, BackofficeTool.arranged(arguments))
  }
}
