/// A status of a customer in a pipeline.
///
/// Statuses are data. Create the statuses of your own pipelines with `CustomerStatus("…")` or a
/// literal. The constants belong to the pipeline `sales`, which every store contains.
public struct CustomerStatus: OpenWord {
  /// The value stored in the database.
  public let rawValue: String

  /// Creates a status from its stored text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The customer was contacted for the first time.
  public static let customerCalled = CustomerStatus("customer_called")
  /// The customer's questions were answered.
  public static let repliedToCustomer = CustomerStatus("replied_to_customer")
  /// The customer ordered.
  public static let orderPlaced = CustomerStatus("order_placed")
  /// The order was cancelled.
  public static let orderCancelled = CustomerStatus("order_cancelled")
  /// The order was fulfilled.
  public static let productDelivered = CustomerStatus("product_delivered")
  /// The sale was completed successfully.
  public static let businessDone = CustomerStatus("business_done")
  /// The customer was lost.
  public static let lost = CustomerStatus("lost")
}
