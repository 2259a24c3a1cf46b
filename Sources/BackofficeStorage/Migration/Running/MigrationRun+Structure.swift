extension MigrationRun {
  /// The script that stands for this step and those behind it on a new file; nil where the step has
  /// to run by itself.
  ///
  /// Only for the first step of a run that takes them all in one transaction: a file with anything
  /// in it, a run that ends earlier, and hooks between the steps need each by itself.
  func structureScript(for work: Migrator.Work) throws -> MigrationScript? {
    let pack = work.step.id.pack
    guard options.grouping == .togetherWhenNew, isNew, work.step.direction == .up,
      let structure = structures[pack], madeThrough[pack] == nil,
      options.hooks.beforeEach == nil, options.hooks.afterEach == nil,
      covers(structure, pack, from: work)
    else { return nil }
    let script = try MigrationScript(structure.sql, file: "\(pack)/structure")
    madeThrough[pack] = structure.through
    return script
  }

  /// Whether an earlier step's script has made what this one would.
  func isMade(_ work: Migrator.Work) -> Bool {
    guard let version = madeThrough[work.step.id.pack], work.migration?.kind == .versioned else {
      return false
    }
    return work.step.id.version <= version
  }

  /// Whether the run brings in every migration that the script stands for, beginning with `work`.
  private func covers(
    _ structure: MigrationPack.Structure, _ pack: String, from work: Migrator.Work
  ) -> Bool {
    let covered = due.filter { $0.step.id.pack == pack && $0.step.id.version <= structure.through }
    return covered.first?.step.id == work.step.id
      && covered.last?.step.id.version == structure.through
      && covered.allSatisfy { $0.migration?.kind == .versioned }
  }
}
