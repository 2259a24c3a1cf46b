import ArgumentParser
import BackofficeToolKit

await BackofficeTool.main()
