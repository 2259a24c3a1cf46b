import ArgumentParser
import BackofficeToolKit

BackofficeTool.main()
