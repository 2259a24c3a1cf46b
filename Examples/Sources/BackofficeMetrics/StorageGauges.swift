public import BackofficeStorage
public import CoreMetrics

/// The state of a database's connections and log, in the metrics system of the program.
///
/// | label | of |
/// |---|---|
/// | `backoffice_log_bytes` | the write-ahead log at the last commit |
/// | `backoffice_open_readers`, `backoffice_busy_readers` | connections that read |
/// | `backoffice_waiting_writers` | threads that wait for the writer |
/// | `backoffice_oldest_read_microseconds` | the longest running read; 0 for none |
public struct StorageGauges: Sendable {
  private let logBytes: Meter
  private let openReaders: Meter
  private let busyReaders: Meter
  private let waitingWriters: Meter
  private let oldestRead: Meter

  /// Creates the gauges.
  ///
  /// - Parameters:
  ///   - prefix: the prefix of their labels.
  ///   - factory: creates them; the program's metrics system by default.
  public init(prefix: String = "backoffice", factory: any MetricsFactory = MetricsSystem.factory) {
    func meter(_ name: String) -> Meter { Meter(label: "\(prefix)_\(name)", factory: factory) }
    logBytes = meter("log_bytes")
    openReaders = meter("open_readers")
    busyReaders = meter("busy_readers")
    waitingWriters = meter("waiting_writers")
    oldestRead = meter("oldest_read_microseconds")
  }

  /// Sets the gauges to the present values; call it as often as the metrics are collected.
  ///
  /// Takes no lock of the file.
  public func sample(_ metrics: StorageMetrics) {
    logBytes.set(metrics.writeAheadLogBytes)
    openReaders.set(Int64(metrics.openReaders))
    busyReaders.set(Int64(metrics.busyReaders))
    waitingWriters.set(Int64(metrics.waitingWriters))
    oldestRead.set(metrics.oldestRead?.ageMicroseconds ?? 0)
  }
}
