/// A status of a customer in a pipeline.
///
/// Statuses are data: a program names those of its own pipelines with `CustomerStatus("…")` or a
/// literal. The constants are those of the pipeline `sales` that the store ships with.
public struct CustomerStatus: OpenWord {
  /// The word stored in the file.
  public let rawValue: String

  /// Names a status.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A first contact was made.
  public static let customerCalled = CustomerStatus("customer_called")
  /// The customer's questions were answered.
  public static let repliedToCustomer = CustomerStatus("replied_to_customer")
  /// The customer ordered.
  public static let orderPlaced = CustomerStatus("order_placed")
  /// The order was taken back.
  public static let orderCancelled = CustomerStatus("order_cancelled")
  /// The order was fulfilled.
  public static let productDelivered = CustomerStatus("product_delivered")
  /// The business is closed successfully.
  public static let businessDone = CustomerStatus("business_done")
  /// The customer was lost.
  public static let lost = CustomerStatus("lost")
}
