/// The queues by name: their settings, switches, limits, shares and figures, and the kinds of work.
///
/// What is set here is in the file: it survives a restart and holds for all processes. Items are reached
/// by ``WorkQueue``.
public struct Queues: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The queues by name: settings, switches, limits and figures.
  public var queues: Queues { Queues(access) }
}
