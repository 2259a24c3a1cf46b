// Stand-ins until the rooms of customers and queue are merged; then this file goes.

/// A customer.
public struct Customer: Sendable {}

/// An item of the queue.
public struct QueueItem: Sendable {}
