import BackofficeToolKit

BackofficeTool.main()
