/// Arithmetic on values that were read from a file, which may be any integer.
///
/// A result that does not fit is the nearest integer, so that no value in a file ends the process.
extension FixedWidthInteger where Self: SignedInteger {
  package func adding(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  package func subtracting(_ other: Self) -> Self {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  package func multiplied(by other: Self) -> Self {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }

  package mutating func add(_ other: Self) { self = adding(other) }
}

extension Sequence where Element: FixedWidthInteger & SignedInteger {
  /// The sum; the nearest integer if it does not fit.
  package func saturatingSum() -> Element { reduce(0) { $0.adding($1) } }
}
