import Backoffice
import Foundation
import GRDB

/// A customer as GRDB reads it fastest: by hand, by position.
struct GRDBCustomer: FetchableRecord {
  let id: Data
  let externalID: String?
  let pipeline: String
  let status: String
  let ownerID: Data?
  let fullName: String
  let email: String?
  let emailKey: String?
  let phone: String?
  let phoneKey: String?
  let mobile: String?
  let preferredContactMethod: String?
  let address: String
  let location: String?
  let timeZone: String
  let age: Int?
  let gender: String?
  let education: String?
  let companyName: String?
  let businessType: String?
  let businessRequirements: String?
  let businessData: String
  let tags: String
  let executionMode: String
  let isActive: Bool
  let isVerified: Bool
  let notificationPreferences: String
  let onboardingCompleted: Bool
  let onboardingStep: Int
  let firstSubmissionCompleted: Bool
  let metadata: String
  let createdAt: Int64
  let updatedAt: Int64
  let deletedAt: Int64?
  let anonymisedAt: Int64?

  init(row: GRDB.Row) {
    id = row[0]
    externalID = row[1]
    pipeline = row[2]
    status = row[3]
    ownerID = row[4]
    fullName = row[5]
    email = row[6]
    emailKey = row[7]
    phone = row[8]
    phoneKey = row[9]
    mobile = row[10]
    preferredContactMethod = row[11]
    address = row[12]
    location = row[13]
    timeZone = row[14]
    age = row[15]
    gender = row[16]
    education = row[17]
    companyName = row[18]
    businessType = row[19]
    businessRequirements = row[20]
    businessData = row[21]
    tags = row[22]
    executionMode = row[23]
    isActive = row[24]
    isVerified = row[25]
    notificationPreferences = row[26]
    onboardingCompleted = row[27]
    onboardingStep = row[28]
    firstSubmissionCompleted = row[29]
    metadata = row[30]
    createdAt = row[31]
    updatedAt = row[32]
    deletedAt = row[33]
    anonymisedAt = row[34]
  }

  private static let byID = "SELECT \(Customer.selection) FROM customers WHERE id = ?"

  static func find(_ id: Data, _ database: GRDB.Database) throws -> GRDBCustomer? {
    try GRDBCustomer.fetchOne(try database.cachedStatement(sql: byID), arguments: [id])
  }
}
