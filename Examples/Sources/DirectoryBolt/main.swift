import ArgumentParser
import DirectoryBoltKit

DirectoryBoltTool.main()
