extension RuleSet {
  /// The rules of the staff room.
  static let staff = RuleSet(triggers: [.updatedAt(of: StaffMember.self)])
}
