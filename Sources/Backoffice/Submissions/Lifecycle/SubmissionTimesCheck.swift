extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that the times of each submission agree with its status and with each other.
  static var submissionTimes: QueryCheck {
    QueryCheck(
      "submissions.times",
      """
      SELECT 'submissions', id, 'approval_microseconds is ' || ifnull(approval_microseconds, 'null')
        || ', expected ' || ifnull(max(0, approved_at - submitted_at), 'null')
      FROM submissions WHERE approval_microseconds IS NOT max(0, approved_at - submitted_at)
      UNION ALL
      SELECT 'submissions', id, 'is ' || status || ' without last_checked_at or live_at'
      FROM submissions
      WHERE status <> 'pending' AND (last_checked_at IS NULL
        OR (status = 'approved' AND live_at IS NULL))
      LIMIT ?
      """)
  }
}
