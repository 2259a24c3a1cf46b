// swift-tools-version: 6.2

import PackageDescription

/// What every target here is compiled with.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// A web server on the library, a package of its own because a web framework takes minutes to build.
let package = Package(
  name: "BackofficeServer",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Backoffice", path: "../.."),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
  ],
  targets: [
    .target(
      name: "OfficeServer",
      dependencies: [
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "office-server",
      dependencies: ["OfficeServer", .product(name: "Hummingbird", package: "hummingbird")],
      path: "Sources/Server",
      swiftSettings: settings
    ),
    .testTarget(
      name: "OfficeServerTests",
      dependencies: [
        "OfficeServer",
        .product(name: "BackofficeTesting", package: "Backoffice"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ],
      path: "Tests/ServerTests",
      swiftSettings: settings
    ),
  ]
)
