// Stands in for the types of rooms that have not landed yet; goes with the merge.
public enum Customer {}
public enum QueueItem {}
public enum Batch {}
public enum Directory {}
public enum Submission {}
