/// Stands for a queue item in an ``ID`` until the repository of the queue brings the record.
public enum QueueItem {}
