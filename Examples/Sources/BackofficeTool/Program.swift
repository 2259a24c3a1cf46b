import ArgumentParser
import BackofficeToolKit

@main
enum Program {
  static func main() async { await BackofficeTool.main() }
}
