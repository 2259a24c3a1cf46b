/// Stands for a customer in an ``ID`` until the repository of customers brings the record.
public enum Customer {}
