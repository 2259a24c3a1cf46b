import Backoffice
import BackofficeToolKit
import DirectoryBoltKit
import ExampleData
import ExampleSupport
import Testing

@Suite("Imports")
struct ImportTests {
  private func source(_ text: String) -> ByteSource { ByteSource(Array(text.utf8)) }

  @Test("The bundled tables go in whole, and a second time change nothing")
  func bundled() throws {
    let store = try BackofficeStore.example()
    var directories = DirectoryImport()
    let first = try directories.run(ByteSource(ExampleData.directories), into: store)
    #expect(first.lines.added >= 60)
    #expect(first.lines.skipped.isEmpty)
    let second = try directories.run(ByteSource(ExampleData.directories), into: store)
    #expect(second.lines.unchanged == first.lines.added)
    #expect(second.lines.added + second.lines.updated == 0)

    let businesses = try BusinessImport().run(ByteSource(ExampleData.businesses), into: store)
    #expect(businesses.added == 40)
    #expect(businesses.skipped.isEmpty)
    let again = try BusinessImport().run(ByteSource(ExampleData.businesses), into: store)
    #expect(again.unchanged == 40)
    #expect(again.added + again.updated == 0)

    let assistants = try AssistantImport().run(ByteSource(ExampleData.assistants), into: store)
    #expect(assistants.added == 8)
    let once = try AssistantImport().run(ByteSource(ExampleData.assistants), into: store)
    #expect(once.unchanged == 8)
    #expect(try BookCheck(store).isClean)
  }

  @Test("Bad businesses are named with line and reason, the others go in")
  func malformed() throws {
    let store = try BackofficeStore.example()
    let table = """
      name,contact_name,email,phone,company,tier,status
      Willow Lane,Edith,edith@willow.example.com,+15550105001,"Willow Lane, LLC",basic,
      Too Short,Petra,petra@short.example.com
      No Address,Silas,silas at nowhere,,No Address,basic,
      Platinum,Renee,renee@platinum.example.com,,Platinum,platinum,
      Strange,Ann,ann@strange.example.com,,Strange,pro,dancing
      The "Corner",Yusuf,yusuf@corner.example.com,,Corner,pro,
      Nobody,,,,,,
      Beacon,Odile,odile@beacon.example.com,,Beacon,enterprise,BUSINESS_DONE
      "Open Quote,Sal,sal@open.example.com,,Open,basic,
      """
    let report = try BusinessImport().run(source(table), into: store)
    #expect(report.added == 2)
    #expect(report.skipped.map(\.line) == [3, 4, 5, 6, 7, 8, 10])
    #expect(report.skipped[0].reason == "it has 3 fields, 7 were expected")
    #expect(
      report.skipped[2].reason
        == "'tier' is 'platinum', expected one of: basic, pro, enterprise")
    #expect(report.skipped[6].reason == "a quote is opened and never closed")
    let done = try #require(try store.customers.find(email: "odile@beacon.example.com"))
    #expect(done.status == .businessDone)
  }

  @Test("A business whose phone number cannot be read goes in without it, and its line is named")
  func unreadablePhone() throws {
    let store = try BackofficeStore.example()
    let table = """
      name,contact_name,email,phone,company,tier,status
      Willow Lane,Edith,edith@willow.example.com,ask Bob,Willow,basic,
      Beacon,Odile,odile@beacon.example.com,+15550105001,Beacon,basic,
      """
    let report = try BusinessImport().run(source(table), into: store)
    #expect(report.added == 2 && report.skipped.isEmpty)
    let incomplete = try #require(report.incomplete)
    #expect(incomplete.map(\.line) == [2])
    let notes = incomplete.notes(of: "firms.csv", outcome: "imported without it")
    #expect(notes.count == 1 && notes[0].hasPrefix("firms.csv:2: the phone number"))
    #expect(notes[0].hasSuffix("; imported without it"))
    #expect(try store.customers.find(email: "edith@willow.example.com")?.phone == nil)
  }

  @Test("A directory without a sensible rating is skipped")
  func directoryProblems() throws {
    let store = try BackofficeStore.example()
    var directories = DirectoryImport()
    let report = try directories.run(
      source(
        """
        name,url,domain_rating,link_type,category
        Good,https://www.good.example/,50,Dofollow,🚀 Startup Directory
        High,https://high.example,101,Dofollow,🚀 Startup Directory
        Odd,https://odd.example,10,Sideways,Other
        Lost,,10,,
        Same,http://good.example,60,,
        """), into: store)
    #expect(report.lines.added == 1)
    #expect(report.lines.skipped.map(\.line) == [3, 4, 5, 6])
    let good = try #require(try store.directories.find(url: "good.example"))
    #expect(good.domainRating == 50)
  }

  @Test("Usage keeps lines that are alike, names those that make no sense")
  func usage() throws {
    let store = try BackofficeStore.example()
    var table = UsageTable()
    table.columns.customer = "who"
    table.columns.time = "at"
    table.columns.amount = "price"
    table.timeFormat = "yyyy-MM-dd HH:mm"
    table.meter = "sales"
    let text = """
      who,at,price
      ada,2026-01-31 10:00,12.30
      ada,2026-01-31 10:00,12.30
      ada,yesterday,1.00
      bob,2026-02-01 00:00,free
      bob,2026-02-01 00:00,0.00
      """
    let report = try table.run(source(text), into: store)
    #expect(report.added == 3)
    #expect(report.skipped.map(\.line) == [4, 5])
    #expect(
      report.skipped[0].reason
        == "'at' is 'yesterday', a time such as yyyy-MM-dd HH:mm was expected")
    #expect(try table.run(source(text), into: store).added == 0)
    let usage = try UsageReport(store, meter: "sales")
    #expect(usage.minorUnits == 2460)
    #expect(usage.repeatedEvents == 1)
    #expect(usage.periods.map(\.period) == ["2026-01", "2026-02"])
  }
}
