import ArgumentParser
import BackofficeToolKit

@main
enum Program {
  static func main() async {
    await BackofficeTool.main(BackofficeTool.arranged(Array(CommandLine.arguments.dropFirst())))
  }
}
